namespace Homer.Engine.Contexts;

/// <summary>Computes log-probabilities of tokens on the host.</summary>
internal static class LogProbability
{
    /// <summary>Computes ln p of one token under the softmax of the logits, summed in double precision.</summary>
    /// <param name="logits">The logits [vocabulary].</param>
    /// <param name="token">The token.</param>
    public static double OfToken(ReadOnlySpan<float> logits, int token)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - (double)largest);
        return -(Math.Log(sum) + largest - logits[token]);
    }
}
