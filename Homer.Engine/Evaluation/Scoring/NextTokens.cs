using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Generation;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>What the tokens that really follow cost the model.</summary>
/// <param name="tokens">The tokens.</param>
public sealed class NextTokens(IReadOnlyList<int> tokens) : IScorer
{
    /// <inheritdoc/>
    public int NewTokens => tokens.Count;

    /// <inheritdoc/>
    public Score Score(HomerEngine engine, KvContext context, ConfidenceRereading? rereading, CancellationToken cancellation)
    {
        TextCost cost = Cost(context, [.. tokens], cancellation);
        return new(Nats: cost.Nats, ScoredTokens: (int)cost.Tokens);
    }

    /// <summary>Appends tokens to a context and sums up −ln p of each.</summary>
    internal static TextCost Cost(KvContext context, int[] tokens, CancellationToken cancellation)
    {
        // The logits after a token are about the next one, and those after the last one about none of them.
        double nats = TextCost.OfToken(context.ReadLogits(), tokens[0]);
        int next = 1;
        context.Append(tokens, observe: block =>
        {
            int vocabulary = (int)context.Logits.Length;
            for (int row = 0; row < block.Length / vocabulary && next < tokens.Length; row++)
                nats += TextCost.OfToken(block.AsSpan(row * vocabulary, vocabulary), tokens[next++]);
        }, cancellation: cancellation);
        return new(nats, tokens.Length);
    }
}
