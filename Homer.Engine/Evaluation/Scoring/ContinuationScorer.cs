using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Reading;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>Scores a context by the negative log-likelihood of the tokens that follow it in the text.</summary>
/// <param name="tokens">The tokens that follow.</param>
public sealed class ContinuationScorer(IReadOnlyList<int> tokens) : IScorer
{
    private readonly IReadOnlyList<int> tokens = NotNull.Of(tokens);

    /// <inheritdoc/>
    public int NewTokens => tokens.Count;

    /// <inheritdoc/>
    public Score Score(HomerEngine engine, DocumentReader reader, KvContext context)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(reader);
        NegativeLogLikelihood cost = Append(context, [.. tokens], reader.Request.Cancellation);
        return new(Nats: cost.Nats, ScoredTokens: (int)cost.Tokens);
    }

    /// <summary>Appends tokens to a context and returns their negative log-likelihood.</summary>
    internal static NegativeLogLikelihood Append(KvContext context, int[] tokens, CancellationToken cancellation)
    {
        // The logits after a token predict the next one; those after the last token are not used.
        double nats = NegativeLogLikelihood.OfToken(context.ReadLogits(), tokens[0]);
        int next = 1;
        context.Append(tokens, observe: block =>
        {
            int vocabulary = (int)context.Logits.Length;
            for (int row = 0; row < block.Length / vocabulary && next < tokens.Length; row++)
                nats += NegativeLogLikelihood.OfToken(block.AsSpan(row * vocabulary, vocabulary), tokens[next++]);
        }, cancellation: cancellation);
        return new(nats, tokens.Length);
    }
}
