using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.TensorCores;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// Causal attention in prefill on the tensor cores of NVIDIA GPUs from sm_80 on, over a cache of binary16; see
/// <see cref="CausalAttention"/> for the maths and the shapes. Scores stay in registers: the keys pass by in tiles of 64, with online
/// softmax (Milakov and Gimelshein 2018, arXiv 1805.02867; Dao 2023, arXiv 2307.08691). <see cref="AttentionTiling"/> assigns the work to
/// threads.
/// </summary>
/// <remarks>
/// <code>
/// time      │ K(i) here, barrier, begin K(i+1) │ S = Q·Kᵀ, softmax │ V(i) here, barrier, begin V(i+1) │ O += P·V │
/// tile 0      K(i), multiplied                                       V(i+1), arriving
/// tile 1      V(i), arriving                                         V(i), multiplied
/// tile 2      K(i+1), arriving, where V(i−1) was                     K(i+1), arriving
/// </code>
/// Keys and values are multiplied as they are stored. Queries and weights are 32-bit, and are split into one or two binary16 parts: two
/// parts have an error of 2⁻²⁴ of the number, but never less than 2⁻²⁵; the largest weight is 1. See <see cref="TensorProduct"/>.
/// </remarks>
internal static class TensorAttention
{
    /// <summary>The fewest tokens; fewer leave most of a tile empty.</summary>
    public const int FewestTokens = 16;

    /// <summary>The number of parts that is as exact as 32-bit factors.</summary>
    public const int FullParts = 2;

    /// <summary>The largest error of two parts of a small number: half of binary16's last place.</summary>
    public const float Floor = 1f / (1 << 25);

    /// <summary>Returns whether tensor cores can compute the attention of some tokens to a layer of a cache.</summary>
    public static bool Takes(ComputeDevice device, LayerRows rows, int tokens) =>
        device.HasTensorCores && tokens >= FewestTokens && rows.Cache.HeadDim <= AttentionTiling.HeadDim
        && rows.Cache.HeadDim % AttentionTiling.ElementsOfChunk == 0 && rows.Addresses.AreAlignedTo(AttentionTiling.Chunk);

    /// <summary>Returns the grid for some tokens of some heads.</summary>
    public static KernelConfig Grid(int tokens, int heads) => new(AttentionTiling.Tiles(tokens) * heads, AttentionTiling.Threads);

    /// <summary>Computes the share of one thread.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="query">[tokens, heads, head_dim].</param>
    /// <param name="cached">The layer's keys and values, aligned to 16 bytes.</param>
    /// <param name="layout">The sizes.</param>
    /// <param name="past">Rows of the cache that precede the first token.</param>
    /// <param name="place">The thread, of a group of 128.</param>
    public static void Run<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, LayerAddresses cached, HeadLayout layout, int past, GridThread place)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        uint memory = TensorInstructions.SharedMemory();
        int tiles = AttentionTiling.Tiles(layout.Tokens);
        for (int item = place.Group; item < tiles * layout.Heads; item += place.Groups)
        {
            // The last tokens see most keys, so their groups begin first.
            int first = (tiles - 1 - (item / layout.Heads)) * AttentionTiling.Queries, head = item % layout.Heads;
            long start = layout.CacheRow(layout.KvHeadOf(head), 0) * sizeof(ushort);
            QueryTile tile = QueryTile.Of(memory, place.Thread, head, first);
            Attend<TParts, THeads>(output, query, cached.Keys + start, cached.Values - cached.Keys, layout, past, tile);
        }
    }

    private static void Attend<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, long keys, long toValues, HeadLayout layout, int past, QueryTile tile)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        TParts parts = default;
        THeads heads = default;
        int visible = TensorInstructions.Here(past + XMath.Min(tile.First + AttentionTiling.Queries, layout.Tokens));
        uint keyRow = TensorInstructions.Here(AttentionTiling.KeyRow(tile.Thread));
        uint valueRow = TensorInstructions.Here(AttentionTiling.ValueRow(tile.Thread));

        SumRow left = default, right = default;
        SoftmaxStep softmax = SoftmaxStep.Start();
        float scale = SoftmaxStep.ScaleOf(layout.HeadDim);
        // Three tiles rotate: one is multiplied, one arrives, and the one that was multiplied last is free after a barrier.
        uint keyTile = tile.Memory;
        uint valueTile = tile.Memory + AttentionTiling.TileBytes;
        uint free = tile.Memory + (2 * AttentionTiling.TileBytes);
        var copies = new TileCopies(keys, layout.HeadDim, visible, tile.Thread, heads.Elements);
        copies.Begin(keyTile, 0, 0, heads);
        copies.Begin(valueTile, toValues, 0, heads);
        QueryParts queries = QueryParts.Of(AttentionSteps.LoadQueries(query, layout, tile), parts);
        for (int start = 0; start < visible; start += AttentionTiling.Keys)
        {
            // 1. K(i) is here, V(i−1) has been multiplied: begin K(i+1) in its place, then S = Q·Kᵀ and softmax.
            TensorInstructions.WaitForAllButOneBatch();
            TensorInstructions.Barrier();
            copies.Begin(free, 0, start + AttentionTiling.Keys, heads);
            SumRow scores = AttentionSteps.AddScores(default, queries, keyTile, keyRow, parts, heads);
            if (AttentionTiling.IsMasked(start, visible))
                scores = ScoreRow.Mask(scores, past + tile.Token - tile.Column - start);
            softmax = softmax.Next(scores, scale);
            left = softmax.Correct(left);
            right = softmax.Correct(right);

            // 2. V(i) is here, K(i) has been multiplied: begin V(i+1) in its place, then O += P·V.
            TensorInstructions.WaitForAllButOneBatch();
            TensorInstructions.Barrier();
            copies.Begin(keyTile, toValues, start + AttentionTiling.Keys, heads);
            left = AttentionSteps.AddValues(left, softmax.Weights, valueTile, valueRow, 0, parts);
            if (heads.Elements > AttentionTiling.HeadDim / 2)
                right = AttentionSteps.AddValues(right, softmax.Weights, valueTile, valueRow, 1, parts);
            uint multiplied = valueTile;
            valueTile = keyTile;
            keyTile = free;
            free = multiplied;
        }

        TensorInstructions.Barrier();
        OutputRow.Write(output, layout, tile, softmax, left, right);
    }
}
