using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

/// <summary>
/// <see cref="TensorAttention"/> over a cache of 32-bit numbers. Keys and values are split into binary16 parts, too, on their way to shared memory:
/// q·k = q₁·k₁ + q₂·k₁ + q₁·k₂, where q₂·k₂ would be less than 2⁻²⁴ of it, and the same with weights and values.
/// </summary>
/// <remarks>
/// <code>
/// shared memory, 16 KiB each      first half     second half
/// for the scores                  k₁             k₂
/// for the output                  v₁             v₂
/// </code>
/// Keys and values go through registers, where they are split, and not by asynchronous copies: two groups on a multiprocessor hide each other's loads.
/// </remarks>
internal static class SplitTensorAttention
{
    /// <inheritdoc cref="TensorAttention.Run"/>
    public static void Run<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, int past, int thread, int group, int groups)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        uint memory = TensorInstructions.SharedMemory();
        int tiles = AttentionTiling.Tiles(layout.Tokens);
        for (int item = group; item < tiles * layout.Heads; item += groups)
        {
            int first = (tiles - 1 - (item / layout.Heads)) * AttentionTiling.Queries, head = item % layout.Heads;
            long start = layout.CacheRow(layout.KvHeadOf(head), 0) * sizeof(float);
            Attend(output, query, keys + start, values + start, layout, past, memory, thread, first, head, default(TParts), default(THeads));
        }
    }

    private static void Attend<TParts, THeads>(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, int past, uint memory, int thread, int first, int head,
        TParts parts, THeads heads)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        int visible = TensorInstructions.Here(past + XMath.Min(first + AttentionTiling.Queries, layout.Tokens));
        int token = first + AttentionTiling.Query(thread), column = AttentionTiling.Column(thread);
        QueryParts queries = QueryParts.Of(AttentionSteps.LoadQueries(query, layout, token, head, column), parts);
        uint keyRow = TensorInstructions.Here(AttentionTiling.KeyRow(thread)), valueRow = TensorInstructions.Here(AttentionTiling.ValueRow(thread));
        uint small = memory + AttentionTiling.TileBytes;
        SumRow left = default, right = default;
        SoftmaxStep softmax = SoftmaxStep.Start();
        float scale = SoftmaxStep.ScaleOf(layout.HeadDim);
        for (int start = 0; start < visible; start += AttentionTiling.Keys)
        {
            Stage(memory, keys, start, visible, layout.HeadDim, thread, parts, heads);
            TensorInstructions.Barrier();
            SumRow scores = AttentionSteps.AddScores(default, queries, memory, keyRow, parts, heads);
            if (parts.Count > 1)
                scores = AttentionSteps.AddScores(scores, queries, small, keyRow, default(OnePart), heads);
            TensorInstructions.Barrier();

            Stage(memory, values, start, visible, layout.HeadDim, thread, parts, heads);
            if (AttentionTiling.IsMasked(start, visible))
                scores = ScoreRow.Mask(scores, past + token - column - start);
            softmax = softmax.Next(scores, scale);
            left = softmax.Correct(left);
            right = softmax.Correct(right);
            TensorInstructions.Barrier();
            left = AddValues(left, softmax.Weights, memory, valueRow, 0, parts);
            if (heads.Elements > AttentionTiling.HeadDim / 2)
                right = AddValues(right, softmax.Weights, memory, valueRow, 1, parts);
            TensorInstructions.Barrier();
        }

        OutputRow.Write(output, layout, softmax, left, right, token, head, column);
    }

    private static SumRow AddValues<TParts>(SumRow output, SumRow weights, uint memory, uint row, int half, TParts parts)
        where TParts : unmanaged, IParts
    {
        output = AttentionSteps.AddValues(output, weights, memory, row, half, parts);
        return parts.Count > 1 ? AttentionSteps.AddValues(output, weights, memory + AttentionTiling.TileBytes, row, half, default(OnePart)) : output;
    }

    /// <summary>Splits 64 rows of keys or values on their way to shared memory; rows and elements that are not there become zeros.</summary>
    private static void Stage<TParts, THeads>(uint target, long source, int first, int visible, int headDim, int thread, TParts parts, THeads heads)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        Float16Mma element = default;
        int chunk = AttentionTiling.CopyChunk(thread, heads.Elements), apart = AttentionTiling.RowsApart(heads.Elements);
        for (int row = AttentionTiling.CopyRow(thread, heads.Elements); row < AttentionTiling.Keys; row += apart)
        {
            Pairs eight = default;
            if (first + row < visible && chunk * AttentionTiling.ElementsOfChunk < headDim)
                eight = Load(source + ((((long)(first + row) * headDim) + (chunk * AttentionTiling.ElementsOfChunk)) * sizeof(float)));
            uint to = target + (uint)AttentionTiling.Offset(row, chunk);
            Registers large = FragmentMath.Round(element, eight);
            TensorInstructions.Store(to, large);
            if (parts.Count > 1)
                TensorInstructions.Store(to + AttentionTiling.TileBytes, FragmentMath.Round(element, FragmentMath.Remainder(element, eight, large)));
        }
    }

    private static Pairs Load(long address)
    {
        Float32x4 low = TensorInstructions.LoadGlobal(address), high = TensorInstructions.LoadGlobal(address + AttentionTiling.Chunk);
        return new()
        {
            P0 = new() { Low = low.X, High = low.Y },
            P1 = new() { Low = low.Z, High = low.W },
            P2 = new() { Low = high.X, High = high.Y },
            P3 = new() { Low = high.Z, High = high.W },
        };
    }
}
