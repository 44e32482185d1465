using Homer.Engine.Contexts;
using Homer.Engine.Reading;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>Scores what a model has read of a document by continuing its context.</summary>
public interface IScorer
{
    /// <summary>The number of tokens that the context must have room for.</summary>
    int NewTokens { get; }

    /// <summary>Scores a context. The context cannot be used afterwards.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="reader">The reader of the context, which reads again where the method and the question allow it.</param>
    /// <param name="context">The context; its logits are those after the question.</param>
    Score Score(HomerEngine engine, DocumentReader reader, KvContext context);
}

/// <summary>The score of a context: an answer that is right or wrong, or the negative log-likelihood of a text.</summary>
/// <param name="Answer">The text that the model wrote or chose; null if there was no question.</param>
/// <param name="Expected">The expected answer; null if there was no question.</param>
/// <param name="Right">True if the answer is right; null if there was no question.</param>
/// <param name="Nats">The sum of −ln p over the tokens of a text; null if none was scored.</param>
/// <param name="ScoredTokens">The number of tokens of that text.</param>
public sealed record Score(
    string? Answer = null, string? Expected = null, bool? Right = null, double? Nats = null, int? ScoredTokens = null)
{
    /// <summary>The share of the expected values that the answer contains, 0 … 1; null where one answer is expected.</summary>
    public double? Found { get; init; }
}
