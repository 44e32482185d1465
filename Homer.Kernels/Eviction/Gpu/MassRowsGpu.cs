using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction.Gpu;

// Tour: docs/kernels.md#attentionmass
/// <summary>The bodies of <see cref="MassRows"/> on a GPU: one thread per key of the tile.</summary>
/// <remarks>No two threads share a sum, so there are no atomics, and the result does not depend on the order of groups.</remarks>
internal static class MassRowsGpu
{
    /// <summary>Computes ln Σ exp by online softmax without values.</summary>
    public static float LogSumExp<T>(ArrayView<float> query, ArrayView<T> keys, int count, int d)
        where T : unmanaged, IWeightElement
    {
        float max = float.NegativeInfinity, sum = 0;
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            float score = j < count ? Score(query, 0, keys, j, d) : float.NegativeInfinity;
            float newMax = XMath.Max(max, Primitives.Max(score));
            float weight = j < count ? XMath.Exp(score - newMax) : 0;
            float correction = start == 0 ? 0 : XMath.Exp(max - newMax);
            sum = (sum * correction) + Primitives.Sum(weight);
            max = newMax;
        }

        return max + XMath.Log(sum);
    }

    /// <summary>Adds, for the thread's key, exp(score − normalizer) of every query that sees it.</summary>
    public static void Add<T>(
        ArrayView<float> mass, ArrayView<float> query, ArrayView<T> keys, ArrayView<float> normalizers, HeadLayout layout, MassTile tile)
        where T : unmanaged, IWeightElement
    {
        int shared = layout.Heads / layout.KvHeads;
        for (int j = Group.IdxX; j < tile.Width; j += Group.DimX)
        {
            float sum = j < tile.Known ? mass[j] : 0;
            for (int t = XMath.Max(0, tile.FirstToken + j); t < layout.Tokens; t++)
            {
                for (int h = tile.KvHead * shared; h < (tile.KvHead + 1) * shared; h++)
                {
                    int item = (t * layout.Heads) + h;
                    sum += XMath.Exp(Score(query, (long)item * layout.HeadDim, keys, j, layout.HeadDim) - normalizers[item]);
                }
            }

            mass[j] = sum;
        }
    }

    private static float Score<T>(ArrayView<float> query, long start, ArrayView<T> keys, int j, int d)
        where T : unmanaged, IWeightElement => AttentionRowGpu.Dot(query, start, keys, (long)j * d, d) / XMath.Sqrt((float)d);
}
