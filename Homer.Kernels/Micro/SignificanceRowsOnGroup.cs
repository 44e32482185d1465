using Homer.Kernels.Merging;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Micro;

/// <summary>The body of <see cref="SignificanceRows"/> for a group of threads: a token at a time.</summary>
internal static class SignificanceRowsOnGroup
{
    public static void Run<T>(
        ArrayView<float> significance, ArrayView<float> query, ArrayView<T> keys, ArrayView<int> positions, ArrayView<float> bias,
        HeadLayout layout, float scale, int accumulate)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim;
        float toLogit = 1 / XMath.Sqrt((float)d);
        for (int i = Grid.IdxX; i < layout.Tokens; i += Grid.DimX)
        {
            float largest = float.NegativeInfinity;
            for (int h = 0; h < layout.Heads; h++)
            {
                ArrayView<T> key = keys.SubView(layout.CacheRow(layout.KvHeadOf(h), i), d);
                largest = XMath.Max(largest, RowsOnGroup.Dot(query.SubView((long)h * d, d), key, d) * toLogit);
            }

            int distance = Significance.Distance(positions[layout.Tokens - 1], positions[i], bias.IntLength);
            if (Group.IdxX == 0)
                significance[i] = Significance.Score(largest, bias[distance], scale, significance[i], accumulate);
        }
    }
}
