using System.Numerics;
using Homer.Kernels.Backends;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Sampling.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Sampling;

/// <summary>From the logits of <c>n</c> tokens to one token, drawn by weight. All threads of a group call each step alike.</summary>
[HasGpuBody(typeof(TokenWeightsGpu))]
internal static unsafe class TokenWeights
{
    private const int Block = 1024;

    /// <summary>
    /// Divides the logit of every token that occurs in <paramref name="recent"/> by <paramref name="penalty"/> if it is positive, else
    /// multiplies it: once, however often the token occurs. Ids that are no token are skipped.
    /// </summary>
    /// <param name="logits">[n], changed.</param>
    /// <param name="stamps">Scratch [n]: of all places in recent that name a token, the one that stands here penalizes it.</param>
    /// <param name="recent">Token ids.</param>
    /// <param name="count">How many there are, at most 2²⁴, so that a float can hold each place.</param>
    /// <param name="n">The number of tokens.</param>
    /// <param name="penalty">The penalty.</param>
    [IntrinsicImplementation]
    public static void Penalize(ArrayView<float> logits, ArrayView<float> stamps, ArrayView<int> recent, int count, int n, float penalty)
    {
        float* x = RowMath.Pointer(logits), stamp = RowMath.Pointer(stamps);
        int* ids = (int*)recent.LoadEffectiveAddressAsPtr();
        for (int j = 0; j < count; j++)
        {
            if ((uint)ids[j] < (uint)n)
                stamp[ids[j]] = j;
        }

        for (int j = 0; j < count; j++)
        {
            if ((uint)ids[j] < (uint)n && stamp[ids[j]] == j)
                x[ids[j]] = Penalized(x[ids[j]], penalty);
        }
    }

    /// <summary>
    /// weights[i] = exp((logits[i] − max) · scale), and 0 where the logit is below <paramref name="least"/> or not a number; +∞ counts as
    /// the largest float.
    /// </summary>
    [IntrinsicImplementation]
    public static void Weigh(ArrayView<float> weights, ArrayView<float> logits, int n, float least, float max, float scale)
    {
        float* x = RowMath.Pointer(logits), w = RowMath.Pointer(weights);
        int width = Vector<float>.Count, i = 0;
        for (; i <= n - width; i += width)
            Weigh(Vector.Load(x + i), least, max, scale).Store(w + i);
        if (i == n)
            return;
        // The rest goes through the same instructions, so that equal logits get equal weights.
        float* rest = stackalloc float[width];
        new Span<float>(x + i, n - i).CopyTo(new(rest, width));
        Weigh(Vector.Load(rest), least, max, scale).Store(rest);
        new Span<float>(rest, n - i).CopyTo(new(w + i, n - i));
    }

    /// <summary>
    /// The first token at which the running sum of the weights that reach <paramref name="smallest"/> exceeds
    /// <paramref name="fraction"/> of their total; the last such token if rounding leaves none.
    /// </summary>
    /// <param name="weights">[n].</param>
    /// <param name="n">The number of tokens.</param>
    /// <param name="smallest">The smallest weight that counts, more than 0; some weight reaches it.</param>
    /// <param name="fraction">In [0, 1).</param>
    [IntrinsicImplementation]
    public static int Draw(ArrayView<float> weights, int n, float smallest, float fraction)
    {
        float* w = RowMath.Pointer(weights);
        double total = 0;
        for (int i = 0; i < n; i += Block)
            total += ReductionsCpu.AtLeastOfBlock(w + i, Math.Min(Block, n - i), smallest).Sum;

        double target = fraction * total, before = 0, sum = 0;
        int start = 0;
        for (int i = 0; i < n && sum <= target; i += Block)
        {
            float part = ReductionsCpu.AtLeastOfBlock(w + i, Math.Min(Block, n - i), smallest).Sum;
            if (part > 0)
            {
                start = i;
                before = sum;
                sum += part;
            }
        }

        int token = start, end = Math.Min(start + Block, n);
        for (int i = start; i < end && before <= target; i++)
        {
            if (w[i] >= smallest)
            {
                token = i;
                before += w[i];
            }
        }

        return token;
    }

    internal static float Penalized(float logit, float penalty) => logit > 0 ? logit / penalty : logit * penalty;

    private static Vector<float> Weigh(Vector<float> logits, float least, float max, float scale)
    {
        Vector<float> distance = Vector.Min(logits, new(float.MaxValue)) - new Vector<float>(Math.Min(max, float.MaxValue));
        return Vector.ConditionalSelect(Vector.GreaterThanOrEqual(logits, new(least)), Vector.Exp(distance * scale), Vector<float>.Zero);
    }
}
