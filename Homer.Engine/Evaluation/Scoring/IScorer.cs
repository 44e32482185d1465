using Homer.Engine.Contexts;
using Homer.Engine.Generation;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>What a reading is worth, found by continuing its context.</summary>
public interface IScorer
{
    /// <summary>Tokens that the context must have room for.</summary>
    int NewTokens { get; }

    /// <summary>Scores a context, which is used up.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="context">What was read; its logits are those after the question.</param>
    /// <param name="rereading">What may be read again, where the method and the question allow it.</param>
    /// <param name="cancellation">Stops soon.</param>
    Score Score(HomerEngine engine, KvContext context, ConfidenceRereading? rereading, CancellationToken cancellation);
}

/// <summary>A reading's worth: an answer that is right or wrong, or what a text cost.</summary>
/// <param name="Answer">What the model said or chose, if it was asked.</param>
/// <param name="Expected">What it should have said.</param>
/// <param name="Right">Whether it did; null where nothing was asked.</param>
/// <param name="Nats">The sum of −ln p over the tokens of a text; null where none was scored.</param>
/// <param name="ScoredTokens">The number of these tokens.</param>
public sealed record Score(string? Answer = null, string? Expected = null, bool? Right = null, double? Nats = null, int? ScoredTokens = null);
