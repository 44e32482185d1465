using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Attention;

// Tour: docs/kernels.md#rope
/// <summary>
/// Rotary position embedding (RoPE; Su et al. 2021, arXiv 2104.09864) with the pairing of Llama in Hugging Face layout: elements i and
/// i + head_dim / 2 of a head are rotated by the angle position · θᵢ. Queries and keys are rotated in place; then keys and values are
/// written to the cache, rounded to its type.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Rope(ComputeDevice device)
{
    private readonly Action<KernelConfig, QueryKeyValue, LayerViews<Float32>, ArrayView<int>, RopeTableView, HeadLayout> aligned32 =
        device.Load<QueryKeyValue, LayerViews<Float32>, ArrayView<int>, RopeTableView, HeadLayout>(
            Kernel<Float32, AlignedFloat32x4Access>);

    private readonly Action<KernelConfig, QueryKeyValue, LayerViews<Float32>, ArrayView<int>, RopeTableView, HeadLayout> unaligned32 =
        device.Load<QueryKeyValue, LayerViews<Float32>, ArrayView<int>, RopeTableView, HeadLayout>(
            Kernel<Float32, UnalignedFloat32x4Access>);

    private readonly Action<KernelConfig, QueryKeyValue, LayerViews<Float16>, ArrayView<int>, RopeTableView, HeadLayout> aligned16 =
        device.Load<QueryKeyValue, LayerViews<Float16>, ArrayView<int>, RopeTableView, HeadLayout>(
            Kernel<Float16, AlignedFloat32x4Access>);

    private readonly Action<KernelConfig, QueryKeyValue, LayerViews<Float16>, ArrayView<int>, RopeTableView, HeadLayout> unaligned16 =
        device.Load<QueryKeyValue, LayerViews<Float16>, ArrayView<int>, RopeTableView, HeadLayout>(
            Kernel<Float16, UnalignedFloat32x4Access>);

    /// <summary>Rotates queries and keys in place, and writes keys and values to the rows of a layer.</summary>
    /// <param name="heads">The queries, keys and values of the tokens; queries and keys are rotated in place.</param>
    /// <param name="rows">The layer, from the row of the first token.</param>
    /// <param name="positions">[tokens], each less than the length of the table.</param>
    /// <param name="table">The RoPE table.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="queryHeads">Query heads of a token.</param>
    public void Launch(QueryKeyValue heads, LayerRows rows, ArrayView<int> positions, RopeTableView table, int tokens, int queryHeads)
    {
        var layout = new HeadLayout(rows, tokens, queryHeads);
        KernelConfig grid = device.Grid(RopeRowsGpu.Groups(layout));
        bool aligned = VectorizedAccess.Fits(layout.HeadDim / 2, heads.Query, heads.Key, heads.Value, table.Cos, table.Sin);
        if (rows.Cache.Type == CacheType.Float32)
            (aligned ? aligned32 : unaligned32)(grid, heads, rows.Views<Float32>(), positions, table, layout);
        else
            (aligned ? aligned16 : unaligned16)(grid, heads, rows.Views<Float16>(), positions, table, layout);
    }

    internal static void Kernel<T, TQuads>(
        QueryKeyValue source, LayerViews<T> target, ArrayView<int> positions, RopeTableView table, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
        where TQuads : struct, IFloat32x4Access => RopeRows.Run<T, TQuads>(source, target, positions, table, layout);
}
