using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Sampling.Gpu;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>The bodies of <see cref="TokenWeights"/> on a GPU.</summary>
internal static class TokenWeightsGpu
{
    // The largest group that ComputeDevice opens.
    private const int Threads = 128;

    public static void Penalize(ArrayView<float> logits, ArrayView<float> stamps, ArrayView<int> recent, int count, int n, float penalty)
    {
        for (int j = Group.IdxX; j < count; j += Group.DimX)
        {
            if ((uint)recent[j] < (uint)n)
                stamps[recent[j]] = j;
        }

        Group.Barrier();
        for (int j = Group.IdxX; j < count; j += Group.DimX)
        {
            int id = recent[j];
            if ((uint)id < (uint)n && stamps[id] == j)
                logits[id] = RepetitionPenalty.Apply(logits[id], penalty);
        }

        Group.Barrier();
    }

    public static void Weigh(ArrayView<float> weights, ArrayView<float> logits, int n, float least, float max, float scale)
    {
        float top = XMath.Min(max, float.MaxValue);
        for (int i = Group.IdxX; i < n; i += Group.DimX)
        {
            float logit = OrderedBits.Number(logits[i]);
            weights[i] = logit >= least ? XMath.Exp((XMath.Min(logit, float.MaxValue) - top) * scale) : 0;
        }

        Group.Barrier();
    }

    /// <summary>
    /// Draws a token: each thread adds up one part of the range, and the part in which the target lies becomes the range, until it is a
    /// single token. The largest vocabularies take three rounds.
    /// </summary>
    public static int Draw(ArrayView<float> weights, int n, float smallest, float fraction)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(Threads);
        int start = 0, end = n;
        float target = 0;
        while (end - start > 1)
        {
            int size = (end - start + Group.DimX - 1) / Group.DimX;
            sums[Group.IdxX] = Sum(weights, start + (Group.IdxX * size), end, size, smallest);
            Group.Barrier();
            // Every thread walks over the sums alike, so all of them agree.
            if (end - start == n)
                target = fraction * Total(sums);
            int part = 0;
            float before = 0, sum = 0;
            for (int t = 0; t < Group.DimX && sum <= target; t++)
            {
                if (sums[t] > 0)
                {
                    part = t;
                    before = sum;
                    sum += sums[t];
                }
            }

            target -= before;
            start += part * size;
            end = XMath.Min(start + size, end);
            Group.Barrier();
        }

        return start;
    }

    private static float Sum(ArrayView<float> weights, int start, int end, int size, float smallest)
    {
        float sum = 0;
        for (int i = start; i < XMath.Min(start + size, end); i++)
            sum += weights[i] >= smallest ? weights[i] : 0;
        return sum;
    }

    private static float Total(ArrayView<float> sums)
    {
        float total = 0;
        for (int t = 0; t < Group.DimX; t++)
            total += sums[t];
        return total;
    }
}
