using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>
/// Heads that predict a pass key's later digits from the place of the first (after Gloeckle et al. 2024, arXiv 2404.19737): what the question's last
/// token looks for is then the whole key, and pruning by its attention keeps all digits.
/// </summary>
internal sealed unsafe class MultiTokenPrediction : IDisposable
{
    /// <summary>What a digit foreseen counts for.</summary>
    public const float Weight = 2;

    private readonly ParameterLayout layout;
    private readonly PackedWeights packed;
    private readonly FloatBlock rows;
    private readonly FloatBlock panels;
    private readonly FloatBlock logits;
    private readonly FloatBlock back;
    private readonly int most;

    public MultiTokenPrediction(ParameterLayout layout, PackedWeights packed, int capacity)
    {
        this.layout = layout;
        this.packed = packed;
        most = Math.Max(1, capacity / 4);
        int width = layout.Config.HiddenSize;
        rows = new(most * width);
        panels = new(most * width);
        back = new(most * width);
        logits = new(most * layout.Config.VocabularySize);
    }

    /// <summary>Adds the gradients of the heads and of the final hidden states.</summary>
    /// <param name="hidden">Final hidden states, normalized [tokens, width].</param>
    /// <param name="hiddenGradient">Their gradient.</param>
    /// <param name="gradient">The parameters' gradient.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="unit">What a cost of weight one counts for.</param>
    /// <returns>The cost of all foreseen digits, times <see cref="Weight"/>.</returns>
    public double Differentiate(float* hidden, float* hiddenGradient, FloatBlock gradient, MicroBatch batch, float unit)
    {
        int width = layout.Config.HiddenSize, vocabulary = layout.Config.VocabularySize;
        double total = 0;
        for (int k = 1; k <= layout.Ahead.Count; k++)
        {
            int[] places = [.. Enumerable.Range(0, batch.Tokens).Where(t => batch.Roles[t] == TokenRole.KeyBegin && Foresees(batch, t, k)).Take(most)];
            if (places.Length == 0)
                continue;
            ParameterTensor head = layout.Ahead[k - 1];
            for (int i = 0; i < places.Length; i++)
                new Span<float>(hidden + (places[i] * width), width).CopyTo(rows.Span.Slice(i * width, width));
            packed.Forward(head, rows.Pointer, logits.Pointer, places.Length);
            for (int i = 0; i < places.Length; i++)
                total += Weight * LossPass.Differentiate(logits.Span.Slice(i * vocabulary, vocabulary), batch.Targets[places[i] + k], Weight * unit).Cost;
            Products.Best.PackColumns(rows.Pointer, width, places.Length, width, panels.Pointer);
            Products.Best.MultiplyTransposed(
                logits.Pointer, vocabulary, panels.Pointer, places.Length, places.Length, gradient.Pointer + head.Offset, width, vocabulary, width, add: true);
            packed.Backward(head, logits.Pointer, back.Pointer, places.Length);
            for (int i = 0; i < places.Length; i++)
            {
                for (int j = 0; j < width; j++)
                    hiddenGradient[(places[i] * width) + j] += back.Pointer[(i * width) + j];
            }
        }

        return total;
    }

    public void Dispose()
    {
        rows.Dispose();
        panels.Dispose();
        logits.Dispose();
        back.Dispose();
    }

    /// <summary>Whether the token k after a key's first digit is another digit of it.</summary>
    private static bool Foresees(MicroBatch batch, int t, int k) =>
        (t % batch.Sequence) + k < batch.Sequence && batch.Roles.AsSpan(t + 1, k).IndexOfAnyExcept(TokenRole.KeyRest) < 0;
}
