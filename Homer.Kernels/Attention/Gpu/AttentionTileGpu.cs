using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Gpu;

/// <summary>The body of <see cref="AttentionTile"/> for groups of threads: one query of one head at a time.</summary>
internal static class AttentionTileGpu
{
    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, HeadLayout layout, int past, int group, int groups)
        where T : unmanaged, IWeightElement
    {
        int d = layout.HeadDim;
        float scale = 1 / XMath.Sqrt((float)d);
        for (int item = group; item < layout.Tokens * layout.Heads; item += groups)
        {
            int count = past + (item / layout.Heads) + 1;
            long first = layout.CacheRow(layout.KvHeadOf(item % layout.Heads), 0), rows = (long)count * d;
            AttentionRowGpu.Attend(
                output.SubView((long)item * d, d), query.SubView((long)item * d, d), keys.SubView(first, rows), values.SubView(first, rows), count, d, scale);
        }
    }
}
