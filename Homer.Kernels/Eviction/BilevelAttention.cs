using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#bilevelattention
/// <summary>
/// The attention of SelfExtend (Jin et al. 2024, arXiv 2401.01325). A token sees its <c>window</c> nearest keys, its own included, at exact
/// positions, and all earlier keys at grouped positions, in one softmax: output = softmax([q_far·k_farᵀ, q_near·k_nearᵀ] / √head_dim)·v.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class BilevelAttention(ComputeDevice device)
{
    private readonly Action<
        KernelConfig, ArrayView<float>, BilevelQueries, ArrayView<Float32>, LayerViews<Float32>, HeadLayout, Span> float32 =
        device.Load<ArrayView<float>, BilevelQueries, ArrayView<Float32>, LayerViews<Float32>, HeadLayout, Span>(Kernel);

    private readonly Action<
        KernelConfig, ArrayView<float>, BilevelQueries, ArrayView<Float16>, LayerViews<Float16>, HeadLayout, Span> float16 =
        device.Load<ArrayView<float>, BilevelQueries, ArrayView<Float16>, LayerViews<Float16>, HeadLayout, Span>(Kernel);

    /// <summary>Computes the attention of some tokens, whose own keys and values are in the cache already.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="queries">The queries at both positions.</param>
    /// <param name="rows">The layer of keys at grouped positions, and of values.</param>
    /// <param name="exact">
    /// A cache of one layer whose first rows are the keys at exact positions: rows <see cref="FirstNear"/> … past + tokens − 1 of the
    /// layer.
    /// </param>
    /// <param name="shape">The tokens, the query heads and the rows that precede the first token.</param>
    /// <param name="window">Keys that are seen at exact positions, at least 1.</param>
    public void Launch(
        ArrayView<float> output, BilevelQueries queries, LayerRows rows, KeyValueCache exact, AttentionShape shape, int window)
    {
        ArgumentNullException.ThrowIfNull(exact);
        KernelConfig grid = device.Grid(shape.Tokens * shape.Heads);
        var layout = new HeadLayout(rows, shape.Tokens, shape.Heads);
        var span = new Span
        {
            Past = shape.Past,
            Window = window,
            NearCapacity = exact.Capacity(0),
            FirstNear = FirstNear(shape.Past, window),
        };
        if (rows.Cache.Type == CacheType.Float32)
            float32(grid, output, queries, exact.Keys<Float32>(0), rows.Views<Float32>(), layout, span);
        else
            float16(grid, output, queries, exact.Keys<Float16>(0), rows.Views<Float16>(), layout, span);
    }

    /// <summary>Returns the first row that a token after <paramref name="past"/> others sees at its exact position.</summary>
    public static int FirstNear(int past, int window) => Math.Max(0, past + 1 - window);

    internal static void Kernel<T>(
        ArrayView<float> output, BilevelQueries query, ArrayView<T> nearKeys, LayerViews<T> far, HeadLayout layout, Span span)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim;
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads; item += Grid.DimX)
        {
            int kvHead = layout.KvHeadOf(item % layout.Heads), count = span.Past + (item / layout.Heads) + 1;
            int farCount = XMath.Max(0, count - span.Window);
            long first = layout.CacheRow(kvHead, 0), own = (long)item * d;
            long firstNear = (((long)kvHead * span.NearCapacity) + farCount - span.FirstNear) * d;
            var keys = new BilevelKeys<T>
            {
                NearQuery = query.Near.SubView(own, d),
                FarQuery = query.Far.SubView(own, d),
                NearKeys = nearKeys.SubView(firstNear, (long)(count - farCount) * d),
                FarKeys = far.Keys.SubView(first, (long)farCount * d),
                Values = far.Values.SubView(first, (long)count * d),
                FarCount = farCount,
                Count = count,
            };
            BilevelRow.Attend(output.SubView(own, d), keys, d);
        }
    }

    internal struct Span
    {
        public int Past;
        public int Window;
        public int NearCapacity;
        public int FirstNear;
    }
}
