namespace Homer.Engine.Evaluation.Statistics;

/// <summary>What a text cost a model: the sum of −ln p over its tokens. Costs of parts add up to the cost of the whole.</summary>
/// <param name="Nats">The sum of −ln p.</param>
/// <param name="Tokens">The number of tokens.</param>
public readonly record struct TextCost(double Nats, long Tokens)
{
    /// <summary>exp(nats / tokens): as uncertain as a fair choice among that many tokens; not a number without tokens.</summary>
    public double Perplexity => Math.Exp(Nats / Tokens);

    /// <summary>The cost of two parts together.</summary>
    public static TextCost operator +(TextCost left, TextCost right) => new(left.Nats + right.Nats, left.Tokens + right.Tokens);

    /// <inheritdoc cref="op_Addition"/>
    public static TextCost Add(TextCost left, TextCost right) => left + right;

    /// <summary>−ln p of a token under the softmax of logits, summed in double precision.</summary>
    /// <param name="logits">The logits [vocabulary].</param>
    /// <param name="token">The token that came.</param>
    public static double OfToken(ReadOnlySpan<float> logits, int token)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - (double)largest);
        return Math.Log(sum) + largest - logits[token];
    }
}
