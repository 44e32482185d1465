using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Reading;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>
/// Chooses the answer that the model finds most probable as the continuation of the question: the one with the lowest mean −ln p per token,
/// so that long answers are not at a disadvantage.
/// </summary>
/// <param name="options">The text of each answer.</param>
/// <param name="tokens">The tokens of each answer.</param>
/// <param name="right">The index of the right answer.</param>
public sealed class MultipleChoiceScorer(IReadOnlyList<string> options, IReadOnlyList<int[]> tokens, int right) : IScorer
{
    private readonly IReadOnlyList<string> options = NotNull.Of(options);
    private readonly IReadOnlyList<int[]> tokens = NotNull.Of(tokens);

    /// <inheritdoc/>
    public int NewTokens => tokens.Max(answer => answer.Length);

    /// <inheritdoc/>
    public Score Score(HomerEngine engine, DocumentReader reader, KvContext context)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(context);
        float[] afterQuestion = context.ReadLogits();
        int position = context.NextPosition;
        var costs = new List<double>();
        foreach (int[] answer in tokens)
        {
            NegativeLogLikelihood cost = ContinuationScorer.Append(context, answer, reader.Request.Cancellation);
            costs.Add(cost.Nats / cost.Tokens);
            context.Truncate(answer.Length, position);
            context.SetLogits(afterQuestion);
        }

        int chosen = costs.IndexOf(costs.Min());
        return new(options[chosen], options[right], chosen == right);
    }
}
