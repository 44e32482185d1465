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

/// <summary>
/// What attention asks of few tokens in one launch: norm, projections to queries, keys and values, RoPE, keys and values appended to the cache; see <see cref="RmsNorm"/>,
/// <see cref="Linear"/> and <see cref="Rope"/>, which take any number of tokens.
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
        KernelConfig grid, NormedRows x, WeightMatrix query, WeightMatrix key, WeightMatrix value, ArrayView<float> output, KeyValueCache cache, int layer,
        ArrayView<int> positions, RopeTableView rotations, HeadLayout layout);

    /// <summary>Launches it, if it is for so many tokens on this device.</summary>
    /// <param name="output">Queries [tokens, heads, head_dim], rotated.</param>
    /// <param name="x">Hidden states [tokens, hidden_size].</param>
    /// <param name="norm">The norm's weight [hidden_size].</param>
    /// <param name="epsilon">The norm's ε.</param>
    /// <param name="query">Weights [heads · head_dim, hidden_size].</param>
    /// <param name="key">Weights [kv_heads · head_dim, hidden_size], of the same type.</param>
    /// <param name="value">Weights of the same shape and type.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="offset">The row of the cache at which the first token goes.</param>
    /// <param name="positions">[tokens], each less than the length of the table.</param>
    /// <param name="cos">The table of cosines [positions, head_dim / 2].</param>
    /// <param name="sin">The table of sines [positions, head_dim / 2].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <returns>Whether it was; if not, nothing happened.</returns>
    public bool TryLaunch(
        ArrayView<float> output, ArrayView<float> x, ArrayView<float> norm, float epsilon, WeightMatrix query, WeightMatrix key, WeightMatrix value,
        KeyValueCache cache, int layer, int offset, ArrayView<int> positions, ArrayView<float> cos, ArrayView<float> sin, int tokens)
    {
        if (query.Type != key.Type || query.Type != value.Type || !DecodeFusion.Fuse(device, x, norm, tokens, query, key, value))
            return false;
        var input = new NormedRows { Rows = x, Weight = norm, Epsilon = epsilon, Count = tokens, Width = query.Columns };
        var layout = new HeadLayout(cache, layer, offset, tokens, query.Rows / cache.HeadDim);
        int items = (layout.Heads + (2 * layout.KvHeads)) * QkvRowsGpu.ItemsOfHead(cache.HeadDim);
        launchers[(query.Type, cache.Type)](
            device.Grid(items), input, query, key, value, output, cache, layer, positions, new() { Cos = cos, Sin = sin }, layout);
        return true;
    }

    [ResidentGroups(3)]
    internal static void Kernel<TWeights, TCache>(
        NormedRows x, QkvWeights<TWeights> weights, ArrayView<float> query, ArrayView<TCache> keys, ArrayView<TCache> values, ArrayView<int> positions,
        RopeTableView rotations, HeadLayout layout)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache> => QkvRows.Run(x, weights, query, keys, values, positions, rotations, layout, Grid.IdxX, Grid.DimX);

    private static Launcher Load<TWeights, TCache>(ComputeDevice device, Func<WeightMatrix, TWeights> rows)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache>
    {
        var kernel = device.Load<
            NormedRows, QkvWeights<TWeights>, ArrayView<float>, ArrayView<TCache>, ArrayView<TCache>, ArrayView<int>, RopeTableView, HeadLayout>(Kernel);
        return (grid, x, query, key, value, output, cache, layer, positions, rotations, layout) => kernel(
            grid, x, new() { Query = rows(query), Key = rows(key), Value = rows(value) }, output, cache.Keys<TCache>(layer), cache.Values<TCache>(layer), positions,
            rotations, layout);
    }
}
