using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The input of attention for few tokens (decode) in one launch: norm, projections to queries, keys and values, RoPE, and keys and values
/// appended to the cache. <see cref="RmsNorm"/>, <see cref="Linear"/> and <see cref="Rope"/> take any number of tokens.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class FusedQkv(ComputeDevice device)
{
    private readonly Dictionary<(WeightType, CacheType), Launcher> launchers = new()
    {
        [(WeightType.Float32, CacheType.Float32)] = Load<StoredWeights<Float32>, Float32>(device, w => w.AsStored<Float32>()),
        [(WeightType.Float32, CacheType.Float16)] = Load<StoredWeights<Float32>, Float16>(device, w => w.AsStored<Float32>()),
        [(WeightType.Float16, CacheType.Float32)] = Load<StoredWeights<Float16>, Float32>(device, w => w.AsStored<Float16>()),
        [(WeightType.Float16, CacheType.Float16)] = Load<StoredWeights<Float16>, Float16>(device, w => w.AsStored<Float16>()),
        [(WeightType.BFloat16, CacheType.Float32)] = Load<StoredWeights<BFloat16>, Float32>(device, w => w.AsStored<BFloat16>()),
        [(WeightType.BFloat16, CacheType.Float16)] = Load<StoredWeights<BFloat16>, Float16>(device, w => w.AsStored<BFloat16>()),
        [(WeightType.Int8, CacheType.Float32)] = Load<Int8Weights, Float32>(device, w => w.Int8),
        [(WeightType.Int8, CacheType.Float16)] = Load<Int8Weights, Float16>(device, w => w.Int8),
    };

    private delegate void Launcher(
        KernelConfig grid, NormedRows x, QkvMatrices weights, ArrayView<float> output, LayerRows rows, ArrayView<int> positions,
        RopeTableView table, HeadLayout layout);

    /// <summary>Launches the fused kernel if it applies to these rows, weights and device.</summary>
    /// <param name="output">Queries [tokens, heads, head_dim], rotated.</param>
    /// <param name="x">Hidden states [tokens, hidden_size], and the norm that they go through.</param>
    /// <param name="weights">The weights of queries, keys and values.</param>
    /// <param name="rows">The layer, from the row of the first token.</param>
    /// <param name="positions">Positions [tokens], each less than the length of the table.</param>
    /// <param name="table">The RoPE table.</param>
    /// <returns>False if the fused path does not apply; nothing is launched then.</returns>
    public bool TryLaunch(
        ArrayView<float> output, NormedRows x, QkvMatrices weights, LayerRows rows, ArrayView<int> positions, RopeTableView table)
    {
        (WeightMatrix query, WeightMatrix key, WeightMatrix value) = weights;
        if (query.Type != key.Type || query.Type != value.Type || !DecodeFusion.Fuse(device, x.Rows, x.Weight, x.Count, query, key, value))
            return false;
        var layout = new HeadLayout(rows, x.Count, query.Rows / rows.Cache.HeadDim);
        int items = (layout.Heads + (2 * layout.KvHeads)) * QkvRowsGpu.ItemsOfHead(layout.HeadDim);
        launchers[(query.Type, rows.Cache.Type)](device.Grid(items), x, weights, output, rows, positions, table, layout);
        return true;
    }

    [ResidentGroups(3)]
    internal static void Kernel<TWeights, TCache>(
        NormedRows x, QkvWeights<TWeights> weights, ArrayView<float> query, LayerViews<TCache> target, ArrayView<int> positions,
        RopeTableView table, HeadLayout layout)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache> => QkvRows.Run(x, weights, query, target, positions, table, layout);

    private static Launcher Load<TWeights, TCache>(ComputeDevice device, Func<WeightMatrix, TWeights> rowsOf)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache>
    {
        var kernel = device.Load<
            NormedRows, QkvWeights<TWeights>, ArrayView<float>, LayerViews<TCache>, ArrayView<int>, RopeTableView, HeadLayout>(Kernel);
        return (grid, x, weights, output, rows, positions, table, layout) =>
        {
            var onDevice = new QkvWeights<TWeights>
            {
                Query = rowsOf(weights.Query),
                Key = rowsOf(weights.Key),
                Value = rowsOf(weights.Value),
            };
            kernel(grid, x, onDevice, output, rows.Views<TCache>(), positions, table, layout);
        };
    }
}

/// <summary>The projections of attention, of the same type for the fused path.</summary>
/// <param name="Query">[heads · head_dim, hidden_size].</param>
/// <param name="Key">[kv_heads · head_dim, hidden_size].</param>
/// <param name="Value">[kv_heads · head_dim, hidden_size].</param>
public readonly record struct QkvMatrices(WeightMatrix Query, WeightMatrix Key, WeightMatrix Value)
{
    /// <summary><inheritdoc cref="QkvMatrices" path="/param[@name='Query']/node()"/></summary>
    public WeightMatrix Query { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = Query ?? throw new ArgumentNullException(nameof(Query));

    /// <summary><inheritdoc cref="QkvMatrices" path="/param[@name='Key']/node()"/></summary>
    public WeightMatrix Key { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = Key ?? throw new ArgumentNullException(nameof(Key));

    /// <summary><inheritdoc cref="QkvMatrices" path="/param[@name='Value']/node()"/></summary>
    public WeightMatrix Value { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = Value ?? throw new ArgumentNullException(nameof(Value));
}
