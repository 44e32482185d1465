using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// <see cref="TensorAttention"/> over a cache of 32-bit numbers. Keys and values are split into binary16 parts as well, on their way to
/// shared memory: q·k = q₁·k₁ + q₂·k₁ + q₁·k₂, where q₂·k₂ would be less than 2⁻²⁴ of it, and likewise for weights and values.
/// </summary>
/// <remarks>
/// <code>
/// shared memory, 16 KiB each      first half     second half
/// for the scores                  k₁             k₂
/// for the output                  v₁             v₂
/// </code>
/// The copies go through registers, where rows are split, and are not asynchronous: two groups on a multiprocessor hide each other's loads.
/// </remarks>
internal static class SplitTensorAttention
{
    /// <inheritdoc cref="TensorAttention.Run"/>
    public static void Run<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, LayerAddresses cached, HeadLayout layout, int past, GridThread place)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        uint memory = TensorInstructions.SharedMemory();
        int tiles = AttentionTiling.Tiles(layout.Tokens);
        for (int item = place.Group; item < tiles * layout.Heads; item += place.Groups)
        {
            int first = (tiles - 1 - (item / layout.Heads)) * AttentionTiling.Queries, head = item % layout.Heads;
            long start = layout.CacheRow(layout.KvHeadOf(head), 0) * sizeof(float);
            QueryTile tile = QueryTile.Of(memory, place.Thread, head, first);
            Attend<TParts, THeads>(output, query, cached.Keys + start, cached.Values + start, layout, past, tile);
        }
    }

    private static void Attend<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, int past, QueryTile tile)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        TParts parts = default;
        THeads heads = default;
        int visible = TensorInstructions.Here(past + XMath.Min(tile.First + AttentionTiling.Queries, layout.Tokens));
        QueryParts queries = QueryParts.Of(AttentionSteps.LoadQueries(query, layout, tile), parts);
        uint keyRow = TensorInstructions.Here(AttentionTiling.KeyRow(tile.Thread));
        uint valueRow = TensorInstructions.Here(AttentionTiling.ValueRow(tile.Thread));
        uint memory = tile.Memory, small = memory + AttentionTiling.TileBytes;
        var copies = new SplitTileCopies { HeadDim = layout.HeadDim, Rows = visible, Thread = tile.Thread };
        SumRow left = default, right = default;
        SoftmaxStep softmax = SoftmaxStep.Start();
        float scale = SoftmaxStep.ScaleOf(layout.HeadDim);
        for (int start = 0; start < visible; start += AttentionTiling.Keys)
        {
            // 1. K to shared memory, S = Q·Kᵀ.
            copies.Store(memory, keys, start, parts, heads);
            TensorInstructions.Barrier();
            SumRow scores = AttentionSteps.AddScores(default, queries, memory, keyRow, parts, heads);
            if (parts.Count > 1)
                scores = AttentionSteps.AddScores(scores, queries, small, keyRow, default(OnePart), heads);
            TensorInstructions.Barrier();

            // 2. V to shared memory, where K was; meanwhile softmax.
            copies.Store(memory, values, start, parts, heads);
            if (AttentionTiling.IsMasked(start, visible))
                scores = ScoreRow.Mask(scores, past + tile.Token - tile.Column - start);
            softmax = softmax.Next(scores, scale);
            left = softmax.Correct(left);
            right = softmax.Correct(right);
            TensorInstructions.Barrier();

            // 3. O += P·V.
            left = AddValues(left, softmax.Weights, memory, valueRow, 0, parts);
            if (heads.Elements > AttentionTiling.HeadDim / 2)
                right = AddValues(right, softmax.Weights, memory, valueRow, 1, parts);
            TensorInstructions.Barrier();
        }

        OutputRow.Write(output, layout, tile, softmax, left, right);
    }

    private static SumRow AddValues<TParts>(SumRow output, SumRow weights, uint memory, uint row, int half, TParts parts)
        where TParts : unmanaged, IParts
    {
        output = AttentionSteps.AddValues(output, weights, memory, row, half, parts);
        if (parts.Count > 1)
            output = AttentionSteps.AddValues(output, weights, memory + AttentionTiling.TileBytes, row, half, default(OnePart));
        return output;
    }
}
