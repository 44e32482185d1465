using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.TensorCores;

/// <summary>The products of attention on tensor cores, as a warp computes them; see <see cref="AttentionTiling"/>.</summary>
internal static class AttentionSteps
{
    public static QueryFragments LoadQueries(ArrayView<float> query, HeadLayout layout, int token, int head, int column) => new()
    {
        K0 = LoadQuery(query, layout, token, head, column),
        K1 = LoadQuery(query, layout, token, head, column + 16),
        K2 = LoadQuery(query, layout, token, head, column + 32),
        K3 = LoadQuery(query, layout, token, head, column + 48),
        K4 = LoadQuery(query, layout, token, head, column + 64),
        K5 = LoadQuery(query, layout, token, head, column + 80),
        K6 = LoadQuery(query, layout, token, head, column + 96),
        K7 = LoadQuery(query, layout, token, head, column + 112),
    };

    private static Pairs LoadQuery(ArrayView<float> query, HeadLayout layout, int token, int head, int column) => new()
    {
        P0 = LoadPair(query, layout, token, head, column),
        P1 = LoadPair(query, layout, token + 8, head, column),
        P2 = LoadPair(query, layout, token, head, column + 8),
        P3 = LoadPair(query, layout, token + 8, head, column + 8),
    };

    private static Pair LoadPair(ArrayView<float> query, HeadLayout layout, int token, int head, int column)
    {
        if (token >= layout.Tokens || column >= layout.HeadDim)
            return default;
        long at = layout.Row(token, layout.Heads, head) + column;
        return new() { Low = query[at], High = query[at + 1] };
    }

    /// <summary>scores + a warp's 16 queries by the 64 keys that begin at <paramref name="keys"/>.</summary>
    public static SumRow AddScores(SumRow scores, QueryParts query, uint keys, int headDim, int parts, int thread)
    {
        scores = AddScores(scores, query.Large.K0, query.Small.K0, keys, 0, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K1, query.Small.K1, keys, 1, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K2, query.Small.K2, keys, 2, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K3, query.Small.K3, keys, 3, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K4, query.Small.K4, keys, 4, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K5, query.Small.K5, keys, 5, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K6, query.Small.K6, keys, 6, headDim, parts, thread);
        return AddScores(scores, query.Large.K7, query.Small.K7, keys, 7, headDim, parts, thread);
    }

    private static SumRow AddScores(SumRow scores, Registers large, Registers small, uint keys, int step, int headDim, int parts, int thread)
    {
        if (step * 16 >= headDim)
            return scores;
        var factors = new WeightFragments
        {
            N01 = TensorInstructions.LoadMatrices(keys + (uint)AttentionTiling.KeyRow(thread, 0, step)),
            N23 = TensorInstructions.LoadMatrices(keys + (uint)AttentionTiling.KeyRow(thread, 1, step)),
            N45 = TensorInstructions.LoadMatrices(keys + (uint)AttentionTiling.KeyRow(thread, 2, step)),
            N67 = TensorInstructions.LoadMatrices(keys + (uint)AttentionTiling.KeyRow(thread, 3, step)),
        };
        scores = FragmentMath.MultiplyAdd(default(Float16), scores, large, factors);
        return parts > 1 ? FragmentMath.MultiplyAdd(default(Float16), scores, small, factors) : scores;
    }

    /// <summary>output + weights·values for 64 of the elements, over the 64 values that begin at <paramref name="values"/>.</summary>
    public static SumRow AddValues(SumRow output, SumRow weights, uint values, int half, int parts, int thread)
    {
        output = AddValues(output, FragmentMath.AsFactors(weights.N0, weights.N1), values, 0, half, parts, thread);
        output = AddValues(output, FragmentMath.AsFactors(weights.N2, weights.N3), values, 1, half, parts, thread);
        output = AddValues(output, FragmentMath.AsFactors(weights.N4, weights.N5), values, 2, half, parts, thread);
        return AddValues(output, FragmentMath.AsFactors(weights.N6, weights.N7), values, 3, half, parts, thread);
    }

    private static SumRow AddValues(SumRow output, Pairs weights, uint values, int step, int half, int parts, int thread)
    {
        Float16 element = default;
        var factors = new WeightFragments
        {
            N01 = TensorInstructions.LoadTransposedMatrices(values + (uint)AttentionTiling.ValueRow(thread, step, half * 4)),
            N23 = TensorInstructions.LoadTransposedMatrices(values + (uint)AttentionTiling.ValueRow(thread, step, (half * 4) + 1)),
            N45 = TensorInstructions.LoadTransposedMatrices(values + (uint)AttentionTiling.ValueRow(thread, step, (half * 4) + 2)),
            N67 = TensorInstructions.LoadTransposedMatrices(values + (uint)AttentionTiling.ValueRow(thread, step, (half * 4) + 3)),
        };
        Registers part = FragmentMath.Round(element, weights);
        output = FragmentMath.MultiplyAdd(element, output, part, factors);
        return parts > 1
            ? FragmentMath.MultiplyAdd(element, output, FragmentMath.Round(element, FragmentMath.Remainder(element, weights, part)), factors)
            : output;
    }
}
