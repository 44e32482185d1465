using Homer.Kernels.Llama;
using ILGPU;

namespace Homer.Kernels.Micro;

/// <summary>The body of <see cref="AttentionTile"/> for groups of threads: one query of one head at a time.</summary>
internal static class AttentionTileOnGroup
{
    public static void Attend(
        ArrayView<float> output, ArrayView<float> query, ArrayView<float> keys, ArrayView<float> values, Attention.Shape shape, int group, int groups)
    {
        int d = shape.HeadDim;
        for (int item = group; item < shape.Tokens * shape.Heads; item += groups)
        {
            int t = item / shape.Heads, h = item % shape.Heads;
            int count = shape.Past + t + 1;
            long first = ((long)(h / shape.QueriesPerKey) * shape.Capacity + shape.Offset) * d, rows = (long)count * d;
            AttentionRowOnGroup.Attend(
                output.SubView((long)item * d, d), query.SubView((long)item * d, d), keys.SubView(first, rows), values.SubView(first, rows), count, d, shape.Scale);
        }
    }
}
