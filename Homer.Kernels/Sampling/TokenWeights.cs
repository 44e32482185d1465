using Homer.Kernels.Backends;
using Homer.Kernels.Sampling.Cpu;
using Homer.Kernels.Sampling.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Sampling;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>
/// The steps from the logits of <c>n</c> tokens to one token, drawn by weight. All threads of a group call each step together.
/// </summary>
[HasGpuBody(typeof(TokenWeightsGpu))]
internal static class TokenWeights
{
    /// <summary>
    /// Divides the logit of every token that occurs in <paramref name="recent"/> by <paramref name="penalty"/> if it is positive, else
    /// multiplies it: once, however often the token occurs. Ids that are no token are skipped.
    /// </summary>
    /// <param name="logits">[n], changed.</param>
    /// <param name="stamps">Scratch [n]: of all indices in recent that name a token, the one that stands here penalizes it.</param>
    /// <param name="recent">Token ids.</param>
    /// <param name="count">The number of ids, at most 2²⁴, so that a float can hold each index.</param>
    /// <param name="n">The number of tokens.</param>
    /// <param name="penalty">The penalty.</param>
    [IntrinsicImplementation]
    public static void Penalize(ArrayView<float> logits, ArrayView<float> stamps, ArrayView<int> recent, int count, int n, float penalty) =>
        TokenWeightsCpu.Penalize(logits, stamps, recent, count, n, penalty);

    /// <summary>
    /// Computes weights[i] = exp((logits[i] − max) · scale), and 0 where the logit is below <paramref name="least"/> or NaN; +∞ counts as
    /// the largest float.
    /// </summary>
    [IntrinsicImplementation]
    public static void Weigh(ArrayView<float> weights, ArrayView<float> logits, int n, float least, float max, float scale) =>
        TokenWeightsCpu.Weigh(weights, logits, n, least, max, scale);

    /// <summary>
    /// Returns the first token at which the running sum of the weights that reach <paramref name="smallest"/> exceeds
    /// <paramref name="fraction"/> of their total; the last such token if rounding leaves none.
    /// </summary>
    /// <param name="weights">[n].</param>
    /// <param name="n">The number of tokens.</param>
    /// <param name="smallest">The smallest weight that counts, more than 0; some weight reaches it.</param>
    /// <param name="fraction">In [0, 1).</param>
    [IntrinsicImplementation]
    public static int Draw(ArrayView<float> weights, int n, float smallest, float fraction) =>
        TokenWeightsCpu.Draw(weights, n, smallest, fraction);
}
