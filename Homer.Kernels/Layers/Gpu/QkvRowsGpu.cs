using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Layers.Gpu;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The body of <see cref="QkvRows"/> for a group of threads. A group takes two pairs of a head at a time, hence four rows of weights: i, i
/// + 1,
/// i + d/2, i + 1 + d/2. Their products a, b, c, d are rotated as (a, c) and (b, d), and stored as queries or keys; values as they are.
/// </summary>
internal static class QkvRowsGpu
{
    // Pairs of a head that a group computes at a time.
    private const int Pairs = 2;

    /// <summary>Returns the number of items of work in one head; a group takes one at a time.</summary>
    public static int ItemsOfHead(int headDim) => ((headDim / 2) + Pairs - 1) / Pairs;

    public static void Run<TWeights, TCache>(
        NormedRows x, QkvWeights<TWeights> weights, ArrayView<float> query, LayerViews<TCache> target, ArrayView<int> positions,
        RopeTableView table, HeadLayout layout)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache>
    {
        int half = layout.HeadDim / 2, ofHead = ItemsOfHead(layout.HeadDim), k = x.Width;
        for (int item = Grid.IdxX; item < (layout.Heads + (2 * layout.KvHeads)) * ofHead; item += Grid.DimX)
        {
            int head = item / ofHead, i = item % ofHead * Pairs, keyHead = head - layout.Heads, valueHead = keyHead - layout.KvHeads;
            TWeights w = weights.Query;
            int row = (head * layout.HeadDim) + i;
            if (valueHead >= 0)
            {
                w = weights.Value;
                row = (valueHead * layout.HeadDim) + i;
            }
            else if (keyHead >= 0)
            {
                w = weights.Key;
                row = (keyHead * layout.HeadDim) + i;
            }

            int next = row - i + Next(i, half);
            var four = new FourRows<TWeights>
            {
                W0 = w.From(row, k),
                W1 = w.From(next, k),
                W2 = w.From(half + row, k),
                W3 = w.From(half + next, k),
            };
            for (int t = 0; t < x.Count; t++)
            {
                RowSums sums = GpuGemv.Multiply(x, t, four);
                if (valueHead >= 0)
                    Write(target.Values, layout.CacheRow(valueHead, t), sums, i, half);
                else if (keyHead >= 0)
                    Write(target.Keys, layout.CacheRow(keyHead, t), Rotate(sums, table, positions[t], i, half), i, half);
                else
                    Write(query.Cast<Float32>(), layout.Row(t, layout.Heads, head), Rotate(sums, table, positions[t], i, half), i, half);
            }
        }
    }

    private static RowSums Rotate(RowSums sums, RopeTableView table, int position, int i, int half)
    {
        long angles = (long)position * half;
        float c0 = table.Cos[angles + i], s0 = table.Sin[angles + i];
        float c1 = table.Cos[angles + Next(i, half)], s1 = table.Sin[angles + Next(i, half)];
        return new()
        {
            S0 = (sums.S0 * c0) - (sums.S2 * s0),
            S1 = (sums.S1 * c1) - (sums.S3 * s1),
            S2 = (sums.S2 * c0) + (sums.S0 * s0),
            S3 = (sums.S3 * c1) + (sums.S1 * s1),
        };
    }

    private static void Write<T>(ArrayView<T> target, long start, RowSums sums, int i, int half)
        where T : unmanaged, ICacheElement<T>
    {
        if (Group.IdxX != 0)
            return;
        T element = default;
        target[start + i] = element.FromSingle(sums.S0);
        target[start + Next(i, half)] = element.FromSingle(sums.S1);
        target[start + half + i] = element.FromSingle(sums.S2);
        target[start + half + Next(i, half)] = element.FromSingle(sums.S3);
    }

    // The last of an odd number of pairs is computed twice.
    private static int Next(int i, int half) => XMath.Min(i + 1, half - 1);
}
