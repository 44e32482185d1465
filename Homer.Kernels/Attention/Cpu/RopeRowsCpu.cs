using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#rope
/// <summary>The CPU body of <see cref="RopeRows"/>. Its items are the query heads of a token, then its key heads.</summary>
internal static unsafe class RopeRowsCpu
{
    public static void Run<T>(QueryKeyValue source, LayerViews<T> target, ArrayView<int> positions, RopeTableView table, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim, half = d / 2, perToken = layout.Heads + layout.KvHeads;
        float* query = RowMath.Pointer(source.Query), key = RowMath.Pointer(source.Key), value = RowMath.Pointer(source.Value);
        float* cos = RowMath.Pointer(table.Cos), sin = RowMath.Pointer(table.Sin);
        T* keys = (T*)target.Keys.LoadEffectiveAddressAsPtr(), values = (T*)target.Values.LoadEffectiveAddressAsPtr();
        int* position = (int*)positions.LoadEffectiveAddressAsPtr();
        WorkRange share = WorkPartition.Of(layout.Tokens * perToken);
        for (int item = share.First; item < share.End; item++)
        {
            int t = item / perToken, h = item % perToken, kvHead = h - layout.Heads;
            long angles = (long)position[t] * half;
            long from = kvHead < 0 ? layout.Row(t, layout.Heads, h) : layout.Row(t, layout.KvHeads, kvHead);
            float* head = (kvHead < 0 ? query : key) + from;
            RowMathCpu.Rotate(head, head + half, cos + angles, sin + angles, half);
            if (kvHead < 0)
                continue;
            long to = layout.CacheRow(kvHead, t);
            RowMathCpu.Encode(keys + to, head, d);
            RowMathCpu.Encode(values + to, value + from, d);
        }
    }
}
