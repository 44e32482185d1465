using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.TensorCores;

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
    public static void Run(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, TensorAttention.Settings settings, int thread, int group, int groups)
    {
        uint memory = TensorInstructions.SharedMemory();
        int tiles = AttentionTiling.Tiles(layout.Tokens);
        for (int item = group; item < tiles * layout.Heads; item += groups)
        {
            int first = (tiles - 1 - (item / layout.Heads)) * AttentionTiling.Queries, head = item % layout.Heads;
            long start = layout.CacheRow(layout.KvHeadOf(head), 0) * sizeof(float);
            Attend(output, query, keys + start, values + start, layout, settings, memory, thread, first, head);
        }
    }

    private static void Attend(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, TensorAttention.Settings settings, uint memory, int thread, int first, int head)
    {
        int visible = settings.Past + XMath.Min(first + AttentionTiling.Queries, layout.Tokens), steps = (visible + AttentionTiling.Keys - 1) / AttentionTiling.Keys;
        int token = first + AttentionTiling.Query(thread), column = AttentionTiling.Column(thread);
        QueryParts parts = QueryParts.Of(AttentionSteps.LoadQueries(query, layout, token, head, column), settings.Parts);
        SumRow left = default, right = default;
        SoftmaxStep softmax = SoftmaxStep.Start();
        float scale = 1 / XMath.Sqrt((float)layout.HeadDim);
        uint small = memory + AttentionTiling.TileBytes;
        for (int step = 0; step < steps; step++)
        {
            int start = step * AttentionTiling.Keys;
            Stage(memory, keys, start, visible, layout.HeadDim, settings.Parts, thread);
            TensorInstructions.Barrier();
            SumRow scores = AttentionSteps.AddScores(default, parts, memory, layout.HeadDim, settings.Parts, thread);
            if (settings.Parts > 1)
                scores = AttentionSteps.AddScores(scores, parts, small, layout.HeadDim, 1, thread);
            TensorInstructions.Barrier();

            Stage(memory, values, start, visible, layout.HeadDim, settings.Parts, thread);
            softmax = softmax.Next(ScoreRow.Mask(scores, settings.Past + token - start - column), scale);
            left = softmax.Correct(left);
            right = softmax.Correct(right);
            TensorInstructions.Barrier();
            left = AddValues(left, softmax.Weights, memory, 0, settings.Parts, thread);
            if (layout.HeadDim > AttentionTiling.HeadDim / 2)
                right = AddValues(right, softmax.Weights, memory, 1, settings.Parts, thread);
            TensorInstructions.Barrier();
        }

        OutputRow.Write(output, layout, softmax, left, right, token, head, column);
    }

    private static SumRow AddValues(SumRow output, SumRow weights, uint memory, int half, int parts, int thread)
    {
        output = AttentionSteps.AddValues(output, weights, memory, half, parts, thread);
        return parts > 1 ? AttentionSteps.AddValues(output, weights, memory + AttentionTiling.TileBytes, half, 1, thread) : output;
    }

    /// <summary>Splits 64 rows of keys or values on their way to shared memory; rows and elements that are not there become zeros.</summary>
    private static void Stage(uint target, long source, int first, int visible, int headDim, int parts, int thread)
    {
        Float16 element = default;
        int chunk = AttentionTiling.CopyChunk(thread);
        for (int i = 0; i < AttentionTiling.CopiesOfThread; i++)
        {
            int row = AttentionTiling.CopyRow(thread) + (i * AttentionTiling.RowsApart);
            Pairs eight = default;
            if (first + row < visible && chunk * AttentionTiling.ElementsOfChunk < headDim)
                eight = Load(source + ((((long)(first + row) * headDim) + (chunk * AttentionTiling.ElementsOfChunk)) * sizeof(float)));
            uint to = target + (uint)AttentionTiling.Offset(row, chunk);
            Registers large = FragmentMath.Round(element, eight);
            TensorInstructions.Store(to, large);
            if (parts > 1)
                TensorInstructions.Store(to + AttentionTiling.TileBytes, FragmentMath.Round(element, FragmentMath.Remainder(element, eight, large)));
        }
    }

    private static Pairs Load(long address)
    {
        Float4 low = TensorInstructions.LoadGlobal(address), high = TensorInstructions.LoadGlobal(address + AttentionTiling.Chunk);
        return new()
        {
            P0 = new() { Low = low.X, High = low.Y },
            P1 = new() { Low = low.Z, High = low.W },
            P2 = new() { Low = high.X, High = high.Y },
            P3 = new() { Low = high.Z, High = high.W },
        };
    }
}
