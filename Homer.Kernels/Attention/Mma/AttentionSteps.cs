using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>The matrix products of attention on tensor cores, as one warp computes them; see <see cref="AttentionTiling"/>.</summary>
internal static class AttentionSteps
{
    /// <summary>
    /// Loads a thread's share of its warp's queries: missing tokens become copies of the last one, and missing elements zeros.
    /// </summary>
    public static QueryFragments LoadQueries(ArrayView<float> query, HeadLayout layout, QueryTile tile)
    {
        ArrayView<float> upper = Row(query, layout, tile.Token, tile.Head);
        ArrayView<float> lower = Row(query, layout, tile.Token + 8, tile.Head);
        int column = tile.Column;
        return new()
        {
            K0 = LoadQuery(upper, lower, layout.HeadDim, 0, column),
            K1 = LoadQuery(upper, lower, layout.HeadDim, 16, column),
            K2 = LoadQuery(upper, lower, layout.HeadDim, 32, column),
            K3 = LoadQuery(upper, lower, layout.HeadDim, 48, column),
            K4 = LoadQuery(upper, lower, layout.HeadDim, 64, column),
            K5 = LoadQuery(upper, lower, layout.HeadDim, 80, column),
            K6 = LoadQuery(upper, lower, layout.HeadDim, 96, column),
            K7 = LoadQuery(upper, lower, layout.HeadDim, 112, column),
        };
    }

    private static ArrayView<float> Row(ArrayView<float> query, HeadLayout layout, int token, int head) =>
        query.SubView(layout.Row(XMath.Min(token, layout.Tokens - 1), layout.Heads, head), layout.HeadDim);

    private static Pairs LoadQuery(ArrayView<float> upper, ArrayView<float> lower, int headDim, int element, int column)
    {
        Pairs pairs = default;
        if (element < headDim)
        {
            pairs.P0 = LoadPair(upper, element + column);
            pairs.P1 = LoadPair(lower, element + column);
        }

        if (element + 8 < headDim)
        {
            pairs.P2 = LoadPair(upper, element + 8 + column);
            pairs.P3 = LoadPair(lower, element + 8 + column);
        }

        return pairs;
    }

    private static Float32x2 LoadPair(ArrayView<float> row, int element) => new() { Low = row[element], High = row[element + 1] };

    /// <summary>Returns scores + Q·Kᵀ of a warp's 16 queries and the 64 keys of a tile.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="query">The queries.</param>
    /// <param name="keys">Where the tile begins.</param>
    /// <param name="row">The thread's <see cref="AttentionTiling.KeyRow"/>.</param>
    /// <param name="parts">The parts of the queries.</param>
    /// <param name="heads">The elements of a head.</param>
    public static SumRow AddScores<TParts, THeads>(SumRow scores, QueryParts query, uint keys, uint row, TParts parts, THeads heads)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        scores = AddScores(scores, query.Large.K0, query.Small.K0, keys, row, 0, parts);
        scores = AddScores(scores, query.Large.K1, query.Small.K1, keys, row, 1, parts);
        scores = AddScores(scores, query.Large.K2, query.Small.K2, keys, row, 2, parts);
        scores = AddScores(scores, query.Large.K3, query.Small.K3, keys, row, 3, parts);
        if (heads.Elements <= AttentionTiling.HeadDim / 2)
            return scores;
        scores = AddScores(scores, query.Large.K4, query.Small.K4, keys, row, 4, parts);
        scores = AddScores(scores, query.Large.K5, query.Small.K5, keys, row, 5, parts);
        scores = AddScores(scores, query.Large.K6, query.Small.K6, keys, row, 6, parts);
        return AddScores(scores, query.Large.K7, query.Small.K7, keys, row, 7, parts);
    }

    private static SumRow AddScores<TParts>(SumRow scores, Registers large, Registers small, uint keys, uint row, int step, TParts parts)
        where TParts : unmanaged, IParts
    {
        uint at = keys + AttentionTiling.AtElements(row, step);
        var factors = new WeightFragments
        {
            N01 = TensorInstructions.LoadMatrices(at),
            N23 = TensorInstructions.LoadMatrices(at + AttentionTiling.BytesOf16Rows),
            N45 = TensorInstructions.LoadMatrices(at + (2 * AttentionTiling.BytesOf16Rows)),
            N67 = TensorInstructions.LoadMatrices(at + (3 * AttentionTiling.BytesOf16Rows)),
        };
        scores = FragmentMath.MultiplyAdd(default(Float16Mma), scores, large, factors);
        return parts.Count > 1 ? FragmentMath.MultiplyAdd(default(Float16Mma), scores, small, factors) : scores;
    }

    /// <summary>Returns output + P·V for 64 of the elements, over the 64 values of a tile.</summary>
    /// <param name="output">The output.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="values">Where the tile begins.</param>
    /// <param name="row">The thread's <see cref="AttentionTiling.KeyRow"/>.</param>
    /// <param name="half">The half of the elements: 0 or 1.</param>
    /// <param name="parts">The parts of the weights.</param>
    public static SumRow AddValues<TParts>(SumRow output, SumRow weights, uint values, uint row, int half, TParts parts)
        where TParts : unmanaged, IParts
    {
        const uint Step = AttentionTiling.BytesOf16Rows;
        output = AddValues(output, FragmentMath.AsFactors(weights.N0, weights.N1), values, row, half, parts);
        output = AddValues(output, FragmentMath.AsFactors(weights.N2, weights.N3), values + Step, row, half, parts);
        output = AddValues(output, FragmentMath.AsFactors(weights.N4, weights.N5), values + (2 * Step), row, half, parts);
        return AddValues(output, FragmentMath.AsFactors(weights.N6, weights.N7), values + (3 * Step), row, half, parts);
    }

    private static SumRow AddValues<TParts>(SumRow output, Pairs weights, uint values, uint row, int half, TParts parts)
        where TParts : unmanaged, IParts
    {
        Float16Mma element = default;
        var factors = new WeightFragments
        {
            N01 = TensorInstructions.LoadTransposedMatrices(values + AttentionTiling.AtElements(row, half * 4)),
            N23 = TensorInstructions.LoadTransposedMatrices(values + AttentionTiling.AtElements(row, (half * 4) + 1)),
            N45 = TensorInstructions.LoadTransposedMatrices(values + AttentionTiling.AtElements(row, (half * 4) + 2)),
            N67 = TensorInstructions.LoadTransposedMatrices(values + AttentionTiling.AtElements(row, (half * 4) + 3)),
        };
        Registers part = RoundWeights(weights);
        output = FragmentMath.MultiplyAdd(element, output, part, factors);
        return parts.Count > 1
            ? FragmentMath.MultiplyAdd(element, output, RoundWeights(FragmentMath.Remainder(element, weights, part)), factors)
            : output;
    }

    // Weights are 1 at most, so nothing has to be clamped to the largest number of binary16.
    private static Registers RoundWeights(Pairs weights) => new()
    {
        R0 = TensorInstructions.RoundToFloat16(weights.P0.Low, weights.P0.High),
        R1 = TensorInstructions.RoundToFloat16(weights.P1.Low, weights.P1.High),
        R2 = TensorInstructions.RoundToFloat16(weights.P2.Low, weights.P2.High),
        R3 = TensorInstructions.RoundToFloat16(weights.P3.Low, weights.P3.High),
    };
}
