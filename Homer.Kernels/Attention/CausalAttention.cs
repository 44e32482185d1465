using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Attention.Mma;
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using ILGPU;

using TensorLaunch = System.Action<
    ILGPU.KernelConfig, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, Homer.Kernels.KvCache.LayerAddresses,
    Homer.Kernels.KvCache.HeadLayout, int>;

namespace Homer.Kernels.Attention;

// Tour: docs/kernels.md#causalattention
/// <summary>
/// Causal attention with grouped-query heads, for prefill and decode: output = softmax(q·kᵀ / √head_dim)·v. Token t of a launch sees the
/// rows first row … first row + past + t of its layer, by their order and not by their positions; where there is a window, the last ones of
/// them. Query head h reads the key head h / (heads / kv_heads).
/// </summary>
/// <param name="device">The device to run on.</param>
/// <param name="precision">How tensor cores round queries and weights.</param>
public sealed class CausalAttention(ComputeDevice device, ActivationPrecision precision = ActivationPrecision.Full)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, LayerViews<Float32>, HeadLayout, int> float32 =
        device.Load<ArrayView<float>, ArrayView<float>, LayerViews<Float32>, HeadLayout, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, LayerViews<Float16>, HeadLayout, int> float16 =
        device.Load<ArrayView<float>, ArrayView<float>, LayerViews<Float16>, HeadLayout, int>(Kernel);

    private readonly TensorKernels tensor =
        precision == ActivationPrecision.Rounded ? TensorKernels.Load<OnePart>(device) : TensorKernels.Load<TwoParts>(device);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, LayerViews<Float32>, HeadLayout, int, int> split32 =
        device.Load<ArrayView<float>, ArrayView<float>, LayerViews<Float32>, HeadLayout, int, int>(SplitKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, LayerViews<Float16>, HeadLayout, int, int> split16 =
        device.Load<ArrayView<float>, ArrayView<float>, LayerViews<Float16>, HeadLayout, int, int>(SplitKernel);

    private readonly WindowedAttention windowed = new(device);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int> combine =
        device.Load<ArrayView<float>, ArrayView<float>, int, int, int>(CombineKernel);

    /// <summary>Returns the 32-bit numbers of scratch with which the keys of one token can be split as far as it helps.</summary>
    public static long ScratchFor(int heads, int headDim) =>
        (long)SplitAttentionGpu.MostSplits * heads * SplitAttentionGpu.PartLength(headDim);

    /// <summary>Computes the attention of some tokens, whose own keys and values are in the cache already.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="query">[tokens, heads, head_dim], RoPE applied.</param>
    /// <param name="rows">The layer, from the first row that the tokens see.</param>
    /// <param name="shape">The tokens, the query heads and the rows before the first token's own.</param>
    /// <param name="scratch">
    /// Overwritten. On a GPU, decoding is the faster the more of it there is, up to <see cref="ScratchFor"/> a token.
    /// </param>
    public void Launch(
        ArrayView<float> output, ArrayView<float> query, LayerRows rows, AttentionShape shape, ArrayView<float> scratch = default)
    {
        // 0. Some tokens do not see all rows, or scores are capped: every device. One token in a window just sees fewer rows.
        if (shape is { Tokens: 1, SeesAll: false })
        {
            rows = rows.Skip(shape.Past + 1 - shape.Window!.Value);
            shape = shape with { Past = shape.Window.Value - 1, Window = null };
        }

        if (!shape.SeesAll || shape.SoftCap != 0)
        {
            windowed.Launch(output, query, rows, shape);
            return;
        }

        var layout = new HeadLayout(rows, shape.Tokens, shape.Heads);

        // 1. On tensor cores: NVIDIA from sm_80 on, 16 tokens and more, head_dim a multiple of 8 up to 128, rows aligned to 16 bytes.
        if (TensorAttention.Takes(device, rows, shape.Tokens))
        {
            KernelConfig tiles = TensorAttention.Grid(shape.Tokens, shape.Heads);
            tensor.For(rows.Cache)(tiles, output, query, rows.Addresses, layout, shape.Past);
            return;
        }

        // 2. Keys split among groups: every GPU, 15 tokens and fewer, head_dim a multiple of 8, rows aligned to 16 bytes, some scratch.
        int queries = shape.Tokens * shape.Heads, splits = SplitAttentionGpu.Splits(device, rows, shape, scratch.Length);
        KernelConfig grid = device.Grid(queries * Math.Max(splits, 1));
        if (splits > 0)
        {
            if (rows.Cache.Type == CacheType.Float32)
                split32(grid, scratch, query, rows.Views<Float32>(), layout, shape.Past, splits);
            else
                split16(grid, scratch, query, rows.Views<Float16>(), layout, shape.Past, splits);
            combine(device.Grid(queries), output, scratch, queries, rows.Cache.HeadDim, splits);
            return;
        }

        // 3. A query at a time on every GPU; on the CPU its own body. Both take every shape.
        if (rows.Cache.Type == CacheType.Float32)
            float32(grid, output, query, rows.Views<Float32>(), layout, shape.Past);
        else
            float16(grid, output, query, rows.Views<Float16>(), layout, shape.Past);
    }

    internal static void Kernel<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, int past)
        where T : unmanaged, ICacheElement<T> => AttentionTile.Attend(output, query, cached, layout, past);

    [ResidentGroups(8)]
    internal static void SplitKernel<T>(
        ArrayView<float> parts, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, int past, int splits)
        where T : unmanaged, ILoadedElement => SplitAttentionGpu.Attend(parts, query, cached, layout, past, splits);

    [ResidentGroups(8)]
    internal static void CombineKernel(ArrayView<float> output, ArrayView<float> parts, int rows, int d, int splits) =>
        SplitAttentionGpu.Combine(output, parts, rows, d, splits);

    [RequiresTensorCores]
    internal static void TensorKernel<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, LayerAddresses cached, HeadLayout layout, int past)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth =>
        TensorAttention.Run<TParts, THeads>(output, query, cached, layout, past, GridThread.Current);

    [RequiresTensorCores]
    internal static void SplitTensorKernel<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, LayerAddresses cached, HeadLayout layout, int past)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth =>
        SplitTensorAttention.Run<TParts, THeads>(output, query, cached, layout, past, GridThread.Current);

    /// <summary>The kernels on tensor cores, by the element type of the cache and the length of its heads.</summary>
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

        private static TensorLaunch Load(
            ComputeDevice device, Action<ArrayView<float>, ArrayView<float>, LayerAddresses, HeadLayout, int> kernel) =>
            device.Load(kernel);
    }
}
