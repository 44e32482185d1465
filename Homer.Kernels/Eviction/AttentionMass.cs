using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction;

/// <summary>
/// How much attention each cached key gets: mass[g, j] = Σ softmax(q·kᵀ / √head_dim)[j] over some tokens and the query heads that share key
/// head g. With all tokens it is what makes a heavy hitter (H2O, Zhang et al. 2023, arXiv 2306.14048), with the last ones their votes
/// (SnapKV, Li et al. 2024, arXiv 2404.14469).
/// </summary>
/// <remarks>
/// Twice over the scores, so that they are never stored: first each query's ln Σ exp, then for each tile of keys the exponentials of all
/// queries, relative to it.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class AttentionMass(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, HeadLayout, int> normalize32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, HeadLayout, int>(NormalizerKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, HeadLayout, int> normalize16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, HeadLayout, int>(NormalizerKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<float>, HeadLayout, Span> add32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<float>, HeadLayout, Span>(MassKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<float>, HeadLayout, Span> add16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<float>, HeadLayout, Span>(MassKernel);

    /// <summary>Adds up the attention of <paramref name="tokens"/> tokens, each of which sees the keys up to its own.</summary>
    /// <param name="mass">[kv_heads, stride]: of each head, the first past + tokens elements.</param>
    /// <param name="stride">From one head to the next.</param>
    /// <param name="known">Keys whose mass is added to; that of later ones begins at 0.</param>
    /// <param name="query">[tokens, heads, head_dim], RoPE applied.</param>
    /// <param name="cache">The cache that holds the keys.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="normalizers">Scratch [tokens, heads].</param>
    /// <param name="past">Keys that precede the first token.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads.</param>
    public void Launch(
        ArrayView<float> mass, int stride, int known, ArrayView<float> query, KeyValueCache cache, int layer, ArrayView<float> normalizers, int past,
        int tokens, int heads)
    {
        KernelConfig perQuery = device.Grid(tokens * heads), perTile = device.Grid(cache.KvHeads * Tiles(past + tokens));
        var layout = new HeadLayout(cache, layer, 0, tokens, heads);
        var span = new Span { Past = past, Known = known, Stride = stride };
        if (cache.Type == CacheType.Float32)
        {
            normalize32(perQuery, normalizers, query, cache.Keys<Float32>(layer), layout, past);
            add32(perTile, mass, query, cache.Keys<Float32>(layer), normalizers, layout, span);
        }
        else
        {
            normalize16(perQuery, normalizers, query, cache.Keys<Float16>(layer), layout, past);
            add16(perTile, mass, query, cache.Keys<Float16>(layer), normalizers, layout, span);
        }
    }

    internal static void NormalizerKernel<T>(ArrayView<float> normalizers, ArrayView<float> query, ArrayView<T> keys, HeadLayout layout, int past)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim;
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads; item += Grid.DimX)
        {
            int count = past + (item / layout.Heads) + 1;
            long first = layout.CacheRow(layout.KvHeadOf(item % layout.Heads), 0);
            float normalizer = MassRows.LogSumExp(query.SubView((long)item * d, d), keys.SubView(first, (long)count * d), count, d);
            if (Group.IdxX == 0)
                normalizers[item] = normalizer;
        }
    }

    internal static void MassKernel<T>(
        ArrayView<float> mass, ArrayView<float> query, ArrayView<T> keys, ArrayView<float> normalizers, HeadLayout layout, Span span)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim, count = span.Past + layout.Tokens, tiles = Tiles(count);
        for (int item = Grid.IdxX; item < layout.KvHeads * tiles; item += Grid.DimX)
        {
            int kvHead = item / tiles, start = item % tiles * MassRows.Tile, width = XMath.Min(MassRows.Tile, count - start);
            MassRows.Add(
                mass.SubView(((long)kvHead * span.Stride) + start, width), query, keys.SubView(layout.CacheRow(kvHead, start), (long)width * d),
                normalizers, layout, kvHead, start - span.Past, width, span.Known - start);
        }
    }

    private static int Tiles(int keys) => (keys + MassRows.Tile - 1) / MassRows.Tile;

    internal struct Span
    {
        public int Past;
        public int Known;
        public int Stride;
    }
}
