using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction;

/// <summary>
/// SelfExtend's attention (Jin et al. 2024, arXiv 2401.01325): a token sees its <c>window</c> nearest keys, its own included, at exact
/// positions, and all earlier ones at grouped positions, in one softmax: output = softmax([q_far·k_farᵀ, q_near·k_nearᵀ] / √head_dim)·v.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class BilevelAttention(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, Queries, ArrayView<Float32>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, Span> float32 =
        device.Load<ArrayView<float>, Queries, ArrayView<Float32>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, Span>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, Queries, ArrayView<Float16>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, Span> float16 =
        device.Load<ArrayView<float>, Queries, ArrayView<Float16>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, Span>(Kernel);

    /// <summary>Attends from <paramref name="tokens"/> tokens, whose own keys and values are in the cache already.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="near">The queries at exact positions [tokens, heads, head_dim].</param>
    /// <param name="far">The queries at grouped positions, the same shape.</param>
    /// <param name="cache">Keys at grouped positions, and values.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="exact">
    /// A cache of one layer whose first rows are the keys at exact positions: rows <see cref="FirstNear"/> … past + tokens − 1 of the cache.
    /// </param>
    /// <param name="past">Rows that precede the first token of this launch.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads, a multiple of the cache's.</param>
    /// <param name="window">Keys that are seen at exact positions, at least 1.</param>
    public void Launch(
        ArrayView<float> output, ArrayView<float> near, ArrayView<float> far, KeyValueCache cache, int layer, KeyValueCache exact, int past, int tokens,
        int heads, int window)
    {
        KernelConfig grid = device.Grid(tokens * heads);
        var queries = new Queries { Near = near, Far = far };
        var layout = new HeadLayout(cache, layer, 0, tokens, heads);
        var span = new Span { Past = past, Window = window, NearCapacity = exact.Capacity(0), FirstNear = FirstNear(past, window) };
        if (cache.Type == CacheType.Float32)
            float32(grid, output, queries, exact.Keys<Float32>(0), cache.Keys<Float32>(layer), cache.Values<Float32>(layer), layout, span);
        else
            float16(grid, output, queries, exact.Keys<Float16>(0), cache.Keys<Float16>(layer), cache.Values<Float16>(layer), layout, span);
    }

    /// <summary>The first row that a token after <paramref name="past"/> others sees at its exact position.</summary>
    public static int FirstNear(int past, int window) => Math.Max(0, past + 1 - window);

    internal static void Kernel<T>(
        ArrayView<float> output, Queries query, ArrayView<T> nearKeys, ArrayView<T> farKeys, ArrayView<T> values, HeadLayout layout, Span span)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim;
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads; item += Grid.DimX)
        {
            int kvHead = layout.KvHeadOf(item % layout.Heads), count = span.Past + (item / layout.Heads) + 1, far = XMath.Max(0, count - span.Window);
            long first = layout.CacheRow(kvHead, 0), own = (long)item * d, firstNear = (((long)kvHead * span.NearCapacity) + far - span.FirstNear) * d;
            BilevelRow.Attend(
                output.SubView(own, d), query.Near.SubView(own, d), query.Far.SubView(own, d), nearKeys.SubView(firstNear, (long)(count - far) * d),
                farKeys.SubView(first, (long)far * d), values.SubView(first, (long)count * d), far, count, d);
        }
    }

    internal struct Queries
    {
        public ArrayView<float> Near;
        public ArrayView<float> Far;
    }

    internal struct Span
    {
        public int Past;
        public int Window;
        public int NearCapacity;
        public int FirstNear;
    }
}
