using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Attention;

/// <summary>The share of one group in turning queries and keys and storing keys and values in the cache; items are a token's query heads, then its key heads.</summary>
[HasGpuBody(typeof(RopeRowsGpu))]
internal static unsafe class RopeRows
{
    /// <summary>See <see cref="Rope.Launch"/>.</summary>
    [IntrinsicImplementation]
    public static void Run<T, TQuads>(
        QueryKeyValue source, LayerViews<T> target, ArrayView<int> positions, RopeTableView table, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
        where TQuads : struct, IFloat32x4Access
    {
        int d = layout.HeadDim, half = d / 2, perToken = layout.Heads + layout.KvHeads;
        float* query = RowMath.Pointer(source.Query), key = RowMath.Pointer(source.Key), value = RowMath.Pointer(source.Value);
        float* cos = RowMath.Pointer(table.Cos), sin = RowMath.Pointer(table.Sin);
        T* storedKeys = (T*)target.Keys.LoadEffectiveAddressAsPtr(), storedValues = (T*)target.Values.LoadEffectiveAddressAsPtr();
        int* position = (int*)positions.LoadEffectiveAddressAsPtr();
        WorkRange share = WorkPartition.Of(layout.Tokens * perToken);
        for (int item = share.First; item < share.End; item++)
        {
            int t = item / perToken, h = item % perToken, kvHead = h - layout.Heads;
            long angles = (long)position[t] * half, from = kvHead < 0 ? layout.Row(t, layout.Heads, h) : layout.Row(t, layout.KvHeads, kvHead);
            float* head = (kvHead < 0 ? query : key) + from;
            RowMathCpu.Rotate(head, head + half, cos + angles, sin + angles, half);
            if (kvHead < 0)
                continue;
            long to = layout.CacheRow(kvHead, t);
            RowMathCpu.Encode(storedKeys + to, head, d);
            RowMathCpu.Encode(storedValues + to, value + from, d);
        }
    }
}
