using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Cpu;
using ILGPU;

namespace Homer.Kernels.Layers.Cpu;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The body of <see cref="QkvRows"/> for one CPU thread. It takes a contiguous range of pairs, multiplies the part of a head that lies in
/// it,
/// rotates queries and keys, and stores what it has, rounded to the cache's type.
/// </summary>
internal static unsafe class QkvRowsCpu
{
    public static void Run<TWeights, TCache>(
        NormedRows x, QkvWeights<TWeights> weights, ArrayView<float> query, LayerViews<TCache> target, ArrayView<int> positions,
        RopeTableView table, HeadLayout layout)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache>
    {
        int d = layout.HeadDim, half = d / 2;
        CpuWeightRows queryRows = weights.Query.OnCpu(x.Width);
        CpuWeightRows keyRows = weights.Key.OnCpu(x.Width);
        CpuWeightRows valueRows = weights.Value.OnCpu(x.Width);
        float** rows = stackalloc float*[x.Count];

        // Scratch: x normalized, then one head of every row of x [x.Count, head_dim].
        float* scratch = ThreadScratch.Take(CpuGemv.NormalizedLength(queryRows, x) + (x.Count * d));
        float* heads = scratch + CpuGemv.NormalizedLength(queryRows, x);
        PreparedRows prepared = CpuGemv.Normalize(queryRows, x, scratch, rows);

        // The pairs (i, i + head_dim / 2) of all heads in one sequence: queries, then keys, then values.
        WorkRange share = WorkPartition.Of((layout.Heads + (2 * layout.KvHeads)) * half);
        for (int next, pair = share.First; pair < share.End; pair = next)
        {
            int head = pair / half, first = pair % half, keyHead = head - layout.Heads, valueHead = keyHead - layout.KvHeads;
            next = Math.Min(share.End, (head + 1) * half);
            int count = next - pair;
            CpuWeightRows w = keyHead < 0 ? queryRows : valueHead < 0 ? keyRows : valueRows;
            int row = (keyHead < 0 ? head : valueHead < 0 ? keyHead : valueHead) * d;
            CpuGemv.Multiply(w, prepared, row + first, count, heads + first, d, accumulate: false);
            CpuGemv.Multiply(w, prepared, row + half + first, count, heads + half + first, d, accumulate: false);
            for (int t = 0; t < x.Count; t++)
            {
                float* left = heads + (t * d) + first, right = left + half;
                long angles = ((long)positions[t] * half) + first;
                if (valueHead < 0)
                    RowMathCpu.Rotate(left, right, RowMath.Pointer(table.Cos) + angles, RowMath.Pointer(table.Sin) + angles, count);
                if (keyHead < 0)
                    Store(RowMath.Pointer(query) + layout.Row(t, layout.Heads, head) + first, left, right, half, count);
                else if (valueHead < 0)
                    Encode(RowMath.Pointer(target.Keys) + layout.CacheRow(keyHead, t) + first, left, right, half, count);
                else
                    Encode(RowMath.Pointer(target.Values) + layout.CacheRow(valueHead, t) + first, left, right, half, count);
            }
        }
    }

    private static void Store(float* target, float* left, float* right, int half, int count)
    {
        Copy(left, target, count);
        Copy(right, target + half, count);
    }

    private static void Encode<TCache>(TCache* target, float* left, float* right, int half, int count)
        where TCache : unmanaged, ICacheElement<TCache>
    {
        RowMathCpu.Encode(target, left, count);
        RowMathCpu.Encode(target + half, right, count);
    }

    private static void Copy(float* source, float* target, int count) => new ReadOnlySpan<float>(source, count).CopyTo(new(target, count));
}
