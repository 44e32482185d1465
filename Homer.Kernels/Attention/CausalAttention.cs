using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Attention.Mma;
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using ILGPU;

using TensorLaunch = System.Action<
    ILGPU.KernelConfig, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, long, long, Homer.Kernels.KvCache.HeadLayout, int>;

namespace Homer.Kernels.Attention;

/// <summary>
/// Causal attention with grouped-query heads, for prefill and decode alike: token t of this launch attends, by order and not by position,
/// to rows offset … offset + past + t of its layer of the cache. output = softmax(q·kᵀ / √head_dim)·v; query heads share the key head
/// h / (heads / kv_heads).
/// </summary>
/// <param name="device">The device to run on.</param>
/// <param name="precision">What tensor cores make of queries and weights.</param>
public sealed class CausalAttention(ComputeDevice device, ActivationPrecision precision = ActivationPrecision.Full)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, int> float32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, int> float16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, int>(Kernel);

    private readonly TensorKernels tensor =
        precision == ActivationPrecision.Rounded ? TensorKernels.Load<OnePart>(device) : TensorKernels.Load<TwoParts>(device);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, int, int> split32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, int, int>(SplitKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, int, int> split16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, int, int>(SplitKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int> combine =
        device.Load<ArrayView<float>, ArrayView<float>, int, int, int>(CombineKernel);

    /// <summary>32-bit numbers of scratch with which the keys of one token can be split as far as it helps.</summary>
    public static long ScratchFor(int heads, int headDim) => (long)SplitAttentionGpu.MostSplits * heads * SplitAttentionGpu.PartLength(headDim);

    /// <summary>Attends from <paramref name="tokens"/> tokens, whose own keys and values are in the cache already.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="query">[tokens, heads, head_dim], RoPE applied.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="offset">The first row that may be seen.</param>
    /// <param name="past">Rows from there that precede the first token of this launch.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads, a multiple of the cache's.</param>
    /// <param name="scratch">Overwritten; on a GPU, few tokens go the faster the more there is of it, up to <see cref="ScratchFor"/> a token.</param>
    public void Launch(
        ArrayView<float> output, ArrayView<float> query, KeyValueCache cache, int layer, int offset, int past, int tokens, int heads,
        ArrayView<float> scratch = default)
    {
        var layout = new HeadLayout(cache, layer, offset, tokens, heads);
        if (TensorAttention.Takes(device, cache, layer, tokens))
        {
            tensor.For(cache)(TensorAttention.Grid(tokens, heads), output, query, cache.KeyAddress(layer), cache.ValueAddress(layer), layout, past);
            return;
        }

        int splits = SplitAttentionGpu.Splits(device, cache, layer, past, tokens, heads, scratch.Length);
        KernelConfig grid = device.Grid(tokens * heads * Math.Max(splits, 1));
        if (splits > 0)
        {
            if (cache.Type == CacheType.Float32)
                split32(grid, scratch, query, cache.Keys<Float32>(layer), cache.Values<Float32>(layer), layout, past, splits);
            else
                split16(grid, scratch, query, cache.Keys<Float16>(layer), cache.Values<Float16>(layer), layout, past, splits);
            combine(device.Grid(tokens * heads), output, scratch, tokens * heads, cache.HeadDim, splits);
            return;
        }

        if (cache.Type == CacheType.Float32)
            float32(grid, output, query, cache.Keys<Float32>(layer), cache.Values<Float32>(layer), layout, past);
        else
            float16(grid, output, query, cache.Keys<Float16>(layer), cache.Values<Float16>(layer), layout, past);
    }

    internal static void Kernel<T>(ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, HeadLayout layout, int past)
        where T : unmanaged, ICacheElement<T> =>
        AttentionTile.Attend(output, query, keys, values, layout, past, Grid.IdxX, Grid.DimX);

    [ResidentGroups(8)]
    internal static void SplitKernel<T>(
        ArrayView<float> parts, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, HeadLayout layout, int past, int splits)
        where T : unmanaged, ILoadedElement => SplitAttentionGpu.Attend(parts, query, keys, values, layout, past, splits, Grid.IdxX, Grid.DimX);

    [ResidentGroups(8)]
    internal static void CombineKernel(ArrayView<float> output, ArrayView<float> parts, int rows, int d, int splits) =>
        SplitAttentionGpu.Combine(output, parts, rows, d, splits, Grid.IdxX, Grid.DimX);

    [RequiresTensorCores]
    internal static void TensorKernel<TParts, THeads>(ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, int past)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth =>
        TensorAttention.Run<TParts, THeads>(output, query, keys, values, layout, past, Group.IdxX, Grid.IdxX, Grid.DimX);

    [RequiresTensorCores]
    internal static void SplitTensorKernel<TParts, THeads>(ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, int past)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth =>
        SplitTensorAttention.Run<TParts, THeads>(output, query, keys, values, layout, past, Group.IdxX, Grid.IdxX, Grid.DimX);

    /// <summary>The kernels on tensor cores, by the type of the cache and the length of its heads.</summary>
    private sealed record TensorKernels(TensorLaunch Short16, TensorLaunch Long16, TensorLaunch Short32, TensorLaunch Long32)
    {
        public static TensorKernels Load<TParts>(ComputeDevice device)
            where TParts : unmanaged, IParts => new(
                Load(device, TensorKernel<TParts, Heads64>),
                Load(device, TensorKernel<TParts, Heads128>),
                Load(device, SplitTensorKernel<TParts, Heads64>),
                Load(device, SplitTensorKernel<TParts, Heads128>));

        public TensorLaunch For(KeyValueCache cache)
        {
            bool isShort = cache.HeadDim <= default(Heads64).Elements;
            return cache.Type == CacheType.Float32 ? (isShort ? Short32 : Long32) : isShort ? Short16 : Long16;
        }

        private static TensorLaunch Load(ComputeDevice device, Action<ArrayView<float>, ArrayView<float>, long, long, HeadLayout, int> kernel) => device.Load(kernel);
    }
}
