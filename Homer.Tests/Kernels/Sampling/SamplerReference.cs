using Homer.Kernels.Sampling;

namespace Homer.Tests.Kernels.Sampling;

/// <summary>Sampling as it is defined: in 64 bits, by sorting.</summary>
internal sealed class SamplerReference
{
    private readonly double[] weights;
    private readonly double total;

    private SamplerReference(double[] weights)
    {
        this.weights = weights;
        total = weights.Sum();
    }

    /// <summary>The tokens that can be drawn, in id order.</summary>
    public IEnumerable<int> Kept => Enumerable.Range(0, weights.Length).Where(Keeps);

    /// <summary>Returns whether the token can be drawn.</summary>
    public bool Keeps(int token) => weights[token] > 0;

    /// <summary>The probability of each token, restrictions applied.</summary>
    public double[] Probabilities => [.. weights.Select(weight => weight / total)];

    public static float[] Penalize(float[] logits, IEnumerable<int> recent, float penalty)
    {
        float[] result = [.. logits];
        foreach (int id in recent.Distinct())
            result[id] = result[id] > 0 ? result[id] / penalty : result[id] * penalty;
        return result;
    }

    public static int Greedy(float[] logits) =>
        logits.Select((logit, id) => (logit, id)).OrderByDescending(pair => pair.logit).ThenBy(pair => pair.id).First().id;

    public static SamplerReference Of(float[] logits, in SamplingParameters parameters)
    {
        double temperature = parameters.Temperature, topP = parameters.TopP, minP = parameters.MinP;
        int topK = parameters.TopK > 0 ? Math.Min(parameters.TopK, logits.Length) : logits.Length;
        float[] descending = [.. logits.OrderDescending()];
        float max = descending[0], kth = descending[topK - 1];
        double[] weights = [.. logits.Select(logit => logit >= kth ? Math.Exp(((double)logit - max) / temperature) : 0)];
        double limit = topP * weights.Sum(), sum = 0, least = minP;
        foreach (double weight in weights.OrderDescending())
        {
            sum += weight;
            if (sum >= limit)
            {
                least = Math.Max(least, weight);
                break;
            }
        }

        return new([.. weights.Select(weight => weight >= least ? weight : 0)]);
    }

    /// <summary>The first token at which the running sum exceeds <paramref name="fraction"/> of the total.</summary>
    public int Draw(double fraction)
    {
        double target = fraction * total, sum = 0;
        foreach (int token in Kept)
        {
            sum += weights[token];
            if (sum > target)
                return token;
        }

        return Kept.Last();
    }
}
