using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Layers;

/// <summary>
/// The share of one group in what attention asks of few rows of x, which are normalized on the way: queries x·queryᵀ, keys and values, RoPE of queries and keys, keys and
/// values stored in the cache. A group owns pairs of elements that turn together, so that no other has to be waited for.
/// </summary>
[HasGpuBody(typeof(QkvRowsGpu))]
internal static unsafe class QkvRows
{
    [IntrinsicImplementation]
    public static void Run<TWeights, TCache>(
        NormedRows x, QkvWeights<TWeights> weights, ArrayView<float> query, LayerViews<TCache> target, ArrayView<int> positions, RopeTableView table,
        HeadLayout layout)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache>
    {
        int d = layout.HeadDim, half = d / 2;
        CpuWeightRows queryRows = weights.Query.OnCpu(x.Width), keyRows = weights.Key.OnCpu(x.Width), valueRows = weights.Value.OnCpu(x.Width);
        float** rows = stackalloc float*[x.Count];
        float* scratch = ThreadScratch.Take(CpuGemv.NormalizedLength(queryRows, x) + (x.Count * d)), heads = scratch + CpuGemv.NormalizedLength(queryRows, x);
        PreparedRows prepared = CpuGemv.Normalize(queryRows, x, scratch, rows);

        // Pairs of all heads, one after the other: of queries, keys and values.
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
                    Encode((TCache*)target.Keys.LoadEffectiveAddressAsPtr() + layout.CacheRow(keyHead, t) + first, left, right, half, count);
                else
                    Encode((TCache*)target.Values.LoadEffectiveAddressAsPtr() + layout.CacheRow(valueHead, t) + first, left, right, half, count);
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

/// <summary>The weights [heads · head_dim, hidden_size] of queries, and those of keys and of values [kv_heads · head_dim, hidden_size]; a parameter of kernels.</summary>
internal struct QkvWeights<TWeights>
    where TWeights : struct
{
    public TWeights Query;
    public TWeights Key;
    public TWeights Value;
}
