using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#attention-of-one-query
/// <summary>The body of <see cref="AttentionTile"/> on a GPU: one group per query of one head at a time.</summary>
internal static class AttentionTileGpu
{
    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, int past)
        where T : unmanaged, IWeightElement
    {
        int d = layout.HeadDim;
        float scale = 1 / XMath.Sqrt((float)d);
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads; item += Grid.DimX)
        {
            int count = past + (item / layout.Heads) + 1;
            long first = layout.CacheRow(layout.KvHeadOf(item % layout.Heads), 0), rows = (long)count * d;
            AttentionRowGpu.Attend(
                output.SubView((long)item * d, d), query.SubView((long)item * d, d), cached.Keys.SubView(first, rows),
                cached.Values.SubView(first, rows), count, d, scale);
        }
    }
}
