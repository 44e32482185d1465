using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#attentionmass
/// <summary>
/// The attention that each cached key gets: mass[g, j] = Σ softmax(q·kᵀ / √head_dim)[j] over some tokens and the query heads that share key
/// head g. Over all tokens it finds the heavy hitters (H2O, Zhang et al. 2023, arXiv 2306.14048); over the last ones it is their votes
/// (SnapKV, Li et al. 2024, arXiv 2404.14469).
/// </summary>
/// <remarks>
/// Two passes over the scores, which are never stored: 1. ln Σ exp of each query's scores; 2. for each tile of keys, the sum over all
/// queries of exp(score − ln Σ exp).
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class AttentionMass(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, HeadLayout, int> normalize32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, HeadLayout, int>(NormalizerKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, HeadLayout, int> normalize16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, HeadLayout, int>(NormalizerKernel);

    private readonly Action<
        KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<float>, HeadLayout, Span> add32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<float>, HeadLayout, Span>(MassKernel);

    private readonly Action<
        KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<float>, HeadLayout, Span> add16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<float>, HeadLayout, Span>(MassKernel);

    /// <summary>Adds up the attention of some tokens, each of which sees the keys up to its own.</summary>
    /// <param name="mass">The mass so far; its first past + tokens elements of each head are updated.</param>
    /// <param name="query">[tokens, heads, head_dim], RoPE applied.</param>
    /// <param name="rows">The layer that holds the keys.</param>
    /// <param name="normalizers">Scratch [tokens, heads].</param>
    /// <param name="shape">The tokens, the query heads and the keys that precede the first token.</param>
    public void Launch(KeyMass mass, ArrayView<float> query, LayerRows rows, ArrayView<float> normalizers, AttentionShape shape)
    {
        KernelConfig perQuery = device.Grid(shape.Tokens * shape.Heads);
        KernelConfig perTile = device.Grid(rows.Cache.KvHeads * Tiles(shape.Past + shape.Tokens));
        var layout = new HeadLayout(rows, shape.Tokens, shape.Heads);
        var span = new Span { Past = shape.Past, Known = mass.Known, Stride = mass.Stride };
        if (rows.Cache.Type == CacheType.Float32)
        {
            ArrayView<Float32> keys = rows.Cache.Keys<Float32>(rows.Layer);
            normalize32(perQuery, normalizers, query, keys, layout, shape.Past);
            add32(perTile, mass.Values, query, keys, normalizers, layout, span);
        }
        else
        {
            ArrayView<Float16> keys = rows.Cache.Keys<Float16>(rows.Layer);
            normalize16(perQuery, normalizers, query, keys, layout, shape.Past);
            add16(perTile, mass.Values, query, keys, normalizers, layout, span);
        }
    }

    internal static void NormalizerKernel<T>(
        ArrayView<float> normalizers, ArrayView<float> query, ArrayView<T> keys, HeadLayout layout, int past)
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
            int kvHead = item / tiles, start = item % tiles * MassRows.Tile;
            int width = XMath.Min(MassRows.Tile, count - start);
            var tile = new MassTile { KvHead = kvHead, FirstToken = start - span.Past, Width = width, Known = span.Known - start };
            MassRows.Add(
                mass.SubView(((long)kvHead * span.Stride) + start, width), query,
                keys.SubView(layout.CacheRow(kvHead, start), (long)width * d),
                normalizers, layout, tile);
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
