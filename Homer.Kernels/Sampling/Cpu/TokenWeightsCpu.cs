using System.Numerics;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Sampling.Cpu;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>The CPU bodies of <see cref="TokenWeights"/>.</summary>
internal static unsafe class TokenWeightsCpu
{
    private const int Block = 1024;

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
                x[ids[j]] = RepetitionPenalty.Apply(x[ids[j]], penalty);
        }
    }

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

    private static Vector<float> Weigh(Vector<float> logits, float least, float max, float scale)
    {
        Vector<float> distance = Vector.Min(logits, new(float.MaxValue)) - new Vector<float>(Math.Min(max, float.MaxValue));
        return Vector.ConditionalSelect(Vector.GreaterThanOrEqual(logits, new(least)), Vector.Exp(distance * scale), Vector<float>.Zero);
    }
}
