using Homer.Engine.Contexts;
using Homer.Engine.Weights;

namespace Homer.Cli.Commands;

/// <summary>Collects the logits after some numbers of tokens, and the loss of each next token, while a text is read.</summary>
internal sealed class SelectedLogits
{
    private readonly int[] tokens;
    private readonly int[] counts;
    private readonly float[]? losses;
    private readonly float[][] rows;
    private readonly int vocabulary;

    /// <param name="tokens">The text.</param>
    /// <param name="counts">The numbers of tokens after which logits are wanted, in ascending order.</param>
    /// <param name="wantsLoss">Whether losses are wanted.</param>
    /// <param name="vocabulary">Tokens of the vocabulary.</param>
    public SelectedLogits(int[] tokens, int[] counts, bool wantsLoss, int vocabulary)
    {
        this.tokens = tokens;
        this.counts = counts;
        this.vocabulary = vocabulary;
        rows = new float[counts.Length][];
        losses = wantsLoss ? new float[tokens.Length - 1] : null;
        Selection = new(index => IsCounted(index) || index < losses?.Length, Receive);
    }

    /// <summary>The selection for the reading.</summary>
    public LogitSelection Selection { get; }

    /// <summary>The mean loss; null where none is wanted.</summary>
    public double? MeanLoss => losses?.Average(loss => (double)loss);

    /// <summary>Returns the tensors: logits [positions, vocabulary] and positions [positions], loss [tokens − 1].</summary>
    public IEnumerable<SafetensorsPart> Parts()
    {
        if (counts.Length > 0)
        {
            yield return SafetensorsPart.Create<float>("logits", [.. rows.SelectMany(row => row)], counts.Length, vocabulary);
            yield return SafetensorsPart.Create("positions", counts, counts.Length);
        }

        if (losses is not null)
            yield return SafetensorsPart.Create("loss", losses, losses.Length);
    }

    private bool IsCounted(int index) => Array.BinarySearch(counts, index + 1) >= 0;

    private void Receive(int first, float[] logits) => Parallel.For(0, logits.Length / vocabulary, row =>
    {
        int index = first + row, counted = Array.BinarySearch(counts, index + 1);
        float[] own = logits[(row * vocabulary)..((row + 1) * vocabulary)];
        if (counted >= 0)
            rows[counted] = own;
        if (index < losses?.Length)
            losses[index] = Loss(own, tokens[index + 1]);
    });

    /// <summary>Returns −ln of the probability of a token: ln Σ exp(logit) − logit.</summary>
    private static float Loss(float[] logits, int next)
    {
        float max = logits.Max();
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - max);
        return (float)(Math.Log(sum) + max - logits[next]);
    }
}
