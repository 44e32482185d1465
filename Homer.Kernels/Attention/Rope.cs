using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Attention;

/// <summary>
/// Rotary position embedding (Su et al. 2021, arXiv 2104.09864), with the pairing of Llama in Hugging Face layout: element i of a head
/// turns with element i + head_dim / 2 by the angle position · θᵢ. Queries and keys turn in place; then keys and values go into the cache,
/// rounded to its type.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Rope(ComputeDevice device)
{
    private readonly Action<KernelConfig, QueryKeyValue, ArrayView<Float32>, ArrayView<Float32>, ArrayView<int>, RopeTableView, HeadLayout> whole32 =
        device.Load<QueryKeyValue, ArrayView<Float32>, ArrayView<Float32>, ArrayView<int>, RopeTableView, HeadLayout>(Kernel<Float32, AlignedFloat32x4Access>);

    private readonly Action<KernelConfig, QueryKeyValue, ArrayView<Float32>, ArrayView<Float32>, ArrayView<int>, RopeTableView, HeadLayout> loose32 =
        device.Load<QueryKeyValue, ArrayView<Float32>, ArrayView<Float32>, ArrayView<int>, RopeTableView, HeadLayout>(Kernel<Float32, UnalignedFloat32x4Access>);

    private readonly Action<KernelConfig, QueryKeyValue, ArrayView<Float16>, ArrayView<Float16>, ArrayView<int>, RopeTableView, HeadLayout> whole16 =
        device.Load<QueryKeyValue, ArrayView<Float16>, ArrayView<Float16>, ArrayView<int>, RopeTableView, HeadLayout>(Kernel<Float16, AlignedFloat32x4Access>);

    private readonly Action<KernelConfig, QueryKeyValue, ArrayView<Float16>, ArrayView<Float16>, ArrayView<int>, RopeTableView, HeadLayout> loose16 =
        device.Load<QueryKeyValue, ArrayView<Float16>, ArrayView<Float16>, ArrayView<int>, RopeTableView, HeadLayout>(Kernel<Float16, UnalignedFloat32x4Access>);

    /// <summary>Rotates the queries and appends the keys and values of <paramref name="tokens"/> tokens to a layer of the cache.</summary>
    /// <param name="query">[tokens, heads, head_dim], rotated in place.</param>
    /// <param name="key">[tokens, kv_heads, head_dim], rotated in place.</param>
    /// <param name="value">[tokens, kv_heads, head_dim].</param>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="offset">The row of the cache at which the first token goes.</param>
    /// <param name="positions">[tokens], each less than the length of the table.</param>
    /// <param name="cos">The table of cosines [positions, head_dim / 2].</param>
    /// <param name="sin">The table of sines [positions, head_dim / 2].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads.</param>
    public void Launch(
        ArrayView<float> query, ArrayView<float> key, ArrayView<float> value, KeyValueCache cache, int layer, int offset,
        ArrayView<int> positions, ArrayView<float> cos, ArrayView<float> sin, int tokens, int heads)
    {
        var source = new QueryKeyValue { Query = query, Key = key, Value = value };
        var rotations = new RopeTableView { Cos = cos, Sin = sin };
        var layout = new HeadLayout(cache, layer, offset, tokens, heads);
        KernelConfig grid = device.Grid(RopeRowsGpu.Groups(layout));
        bool areWhole = Words.AreWide(cache.HeadDim / 2, query, key, value, cos, sin);
        if (cache.Type == CacheType.Float32)
            (areWhole ? whole32 : loose32)(grid, source, cache.Keys<Float32>(layer), cache.Values<Float32>(layer), positions, rotations, layout);
        else
            (areWhole ? whole16 : loose16)(grid, source, cache.Keys<Float16>(layer), cache.Values<Float16>(layer), positions, rotations, layout);
    }

    internal static void Kernel<T, TQuads>(
        QueryKeyValue source, ArrayView<T> keys, ArrayView<T> values, ArrayView<int> positions, RopeTableView rotations, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
        where TQuads : struct, IFloat32x4Access => RopeRows.Run<T, TQuads>(source, keys, values, positions, rotations, layout);

    internal struct QueryKeyValue
    {
        public ArrayView<float> Query;
        public ArrayView<float> Key;
        public ArrayView<float> Value;
    }
}
