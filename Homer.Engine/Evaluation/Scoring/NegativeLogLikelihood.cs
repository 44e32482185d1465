using Homer.Engine.Contexts;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>The negative log-likelihood of a text under a model. Likelihoods of parts add up to that of the whole.</summary>
/// <param name="Nats">The sum of −ln p over the tokens of the text.</param>
/// <param name="Tokens">The number of tokens.</param>
public readonly record struct NegativeLogLikelihood(double Nats, long Tokens)
{
    /// <summary>exp(nats / tokens): the number of equally probable tokens that would be as uncertain; NaN if there are no tokens.</summary>
    public double Perplexity => Math.Exp(Nats / Tokens);

    /// <summary>Adds two parts of a text.</summary>
    public static NegativeLogLikelihood operator +(NegativeLogLikelihood left, NegativeLogLikelihood right) =>
        new(left.Nats + right.Nats, left.Tokens + right.Tokens);

    /// <inheritdoc cref="op_Addition"/>
    public static NegativeLogLikelihood Add(NegativeLogLikelihood left, NegativeLogLikelihood right) => left + right;

    /// <summary>Computes −ln p of one token under the softmax of the logits, summed in double precision.</summary>
    /// <param name="logits">The logits [vocabulary].</param>
    /// <param name="token">The token that follows in the text.</param>
    public static double OfToken(ReadOnlySpan<float> logits, int token) => -LogProbability.OfToken(logits, token);
}
