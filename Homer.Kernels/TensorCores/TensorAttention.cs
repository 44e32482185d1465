using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// Causal attention of many tokens on the tensor cores of NVIDIA GPUs from sm_80 on, over a cache of binary16; see <see cref="Attention"/> for the maths and
/// the shapes. Scores stay in registers: the keys pass by in tiles of 64, with online softmax (Milakov and Gimelshein 2018, arXiv 1805.02867;
/// Dao 2023, arXiv 2307.08691). <see cref="AttentionTiling"/> says who does what.
/// </summary>
/// <remarks>
/// Keys and values are multiplied as they are stored. Queries and weights are 32-bit, and are split into as many binary16 parts as
/// <see cref="Settings.Parts"/> says: two leave out 2⁻²⁴ of them, and never less than 2⁻²⁵; of weights the largest is 1. See <see cref="TensorProduct"/>.
/// </remarks>
internal static class TensorAttention
{
    /// <summary>Fewer tokens than this leave most of a tile empty.</summary>
    public const int FewestTokens = 16;

    /// <summary>Parts with which it is as exact as with 32-bit factors.</summary>
    public const int FullParts = 2;

    /// <summary>Whether this kernel can compute the attention of some tokens to a layer of a cache.</summary>
    public static bool Takes(ComputeDevice device, KeyValueCache cache, int layer, int tokens) =>
        device.HasTensorCores && cache.Type == CacheType.Float16 && tokens >= FewestTokens && cache.HeadDim <= AttentionTiling.HeadDim
        && cache.HeadDim % AttentionTiling.ElementsOfChunk == 0
        && (DeviceAddress.Of(cache.Keys<Float16>(layer)) | DeviceAddress.Of(cache.Values<Float16>(layer))) % AttentionTiling.Chunk == 0;

    /// <summary>The launch for some tokens of some heads.</summary>
    public static KernelConfig Grid(int tokens, int heads) => new(AttentionTiling.Tiles(tokens) * heads, AttentionTiling.Threads);

    /// <summary>The share of one thread of a group.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="query">[tokens, heads, head_dim].</param>
    /// <param name="keys">The address of the layer's keys, binary16, a multiple of 16.</param>
    /// <param name="values">The address of the layer's values.</param>
    /// <param name="layout">The sizes.</param>
    /// <param name="settings">The rest.</param>
    /// <param name="thread">The thread, 0 … 127.</param>
    /// <param name="group">The group.</param>
    /// <param name="groups">The number of groups.</param>
    public static void Run(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, Settings settings, int thread, int group, int groups)
    {
        uint memory = TensorInstructions.SharedMemory();
        int tiles = AttentionTiling.Tiles(layout.Tokens);
        for (int item = group; item < tiles * layout.Heads; item += groups)
        {
            // The last tokens see most keys: their groups begin first.
            int first = (tiles - 1 - (item / layout.Heads)) * AttentionTiling.Queries, head = item % layout.Heads;
            long start = layout.CacheRow(layout.KvHeadOf(head), 0) * sizeof(ushort);
            Attend(output, query, keys + start, values + start, layout, settings, memory, thread, first, head);
        }
    }

    private static void Attend(
        ArrayView<float> output, ArrayView<float> query, long keys, long values, HeadLayout layout, Settings settings, uint memory, int thread, int first, int head)
    {
        int visible = settings.Past + XMath.Min(first + AttentionTiling.Queries, layout.Tokens), steps = (visible + AttentionTiling.Keys - 1) / AttentionTiling.Keys;
        int token = first + AttentionTiling.Query(thread), column = AttentionTiling.Column(thread);
        QueryParts parts = QueryParts.Of(LoadQueries(query, layout, token, head, column), settings.Parts);

        // Of a thread's two queries, 8 rows apart: the largest score so far, and the sum of the weights that this thread computed.
        float scale = 1 / XMath.Sqrt((float)layout.HeadDim), max0 = float.NegativeInfinity, max1 = float.NegativeInfinity, sum0 = 0, sum1 = 0;
        SumRow left = default, right = default;
        BeginCopy(memory, keys, 0, visible, layout.HeadDim, thread);
        BeginCopy(memory + AttentionTiling.Values, values, 0, visible, layout.HeadDim, thread);
        for (int step = 0; step < steps; step++)
        {
            int start = step * AttentionTiling.Keys;
            TensorInstructions.WaitForAllButOneBatch();
            TensorInstructions.Barrier();
            SumRow scores = Scores(parts, memory, layout.HeadDim, settings.Parts, thread);
            // Nobody needs these keys any more: the next ones come while the values are multiplied.
            TensorInstructions.Barrier();
            BeginCopy(memory, keys, start + AttentionTiling.Keys, visible, layout.HeadDim, thread);

            scores = ScoreRow.Mask(scores, settings.Past + token - start - column);
            float newMax0 = XMath.Max(max0, AcrossQuad.Max(ScoreRow.Max0(scores))), newMax1 = XMath.Max(max1, AcrossQuad.Max(ScoreRow.Max1(scores)));
            float correction0 = XMath.Exp((max0 - newMax0) * scale), correction1 = XMath.Exp((max1 - newMax1) * scale);
            SumRow weights = ScoreRow.Exponentials(scores, newMax0, newMax1, scale);
            sum0 = (sum0 * correction0) + ScoreRow.Sum0(weights);
            sum1 = (sum1 * correction1) + ScoreRow.Sum1(weights);
            left = FragmentMath.Scale(left, correction0, correction1);
            right = FragmentMath.Scale(right, correction0, correction1);
            max0 = newMax0;
            max1 = newMax1;

            TensorInstructions.WaitForAllButOneBatch();
            TensorInstructions.Barrier();
            left = AddValues(left, weights, memory, 0, settings.Parts, thread);
            if (layout.HeadDim > AttentionTiling.HeadDim / 2)
                right = AddValues(right, weights, memory, 1, settings.Parts, thread);
            TensorInstructions.Barrier();
            BeginCopy(memory + AttentionTiling.Values, values, start + AttentionTiling.Keys, visible, layout.HeadDim, thread);
        }

        TensorInstructions.WaitForAllBatches();
        TensorInstructions.Barrier();
        float inverse0 = 1 / AcrossQuad.Sum(sum0), inverse1 = 1 / AcrossQuad.Sum(sum1);
        OutputRow.Write(output, layout, FragmentMath.Scale(left, inverse0, inverse1), token, head, column);
        OutputRow.Write(output, layout, FragmentMath.Scale(right, inverse0, inverse1), token, head, column + (AttentionTiling.HeadDim / 2));
    }

    /// <summary>Begins a batch of copies of 64 rows of keys or values; rows and elements that are not there become zeros.</summary>
    private static void BeginCopy(uint target, long source, int first, int visible, int headDim, int thread)
    {
        int chunk = AttentionTiling.CopyChunk(thread);
        for (int i = 0; i < AttentionTiling.CopiesOfThread; i++)
        {
            int row = AttentionTiling.CopyRow(thread) + (i * AttentionTiling.RowsApart);
            bool inside = first + row < visible && chunk * AttentionTiling.ElementsOfChunk < headDim;
            long from = source + ((((long)(first + row) * headDim) + (chunk * AttentionTiling.ElementsOfChunk)) * sizeof(ushort));
            TensorInstructions.CopyAsync(target + (uint)AttentionTiling.Offset(row, chunk), inside ? from : source, inside ? AttentionTiling.Chunk : 0);
        }

        TensorInstructions.CommitCopies();
    }

    private static QueryFragments LoadQueries(ArrayView<float> query, HeadLayout layout, int token, int head, int column) => new()
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

    /// <summary>A warp's 16 queries by 64 keys.</summary>
    private static SumRow Scores(QueryParts query, uint memory, int headDim, int parts, int thread)
    {
        SumRow scores = default;
        scores = AddScores(scores, query.Large.K0, query.Small.K0, memory, 0, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K1, query.Small.K1, memory, 1, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K2, query.Small.K2, memory, 2, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K3, query.Small.K3, memory, 3, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K4, query.Small.K4, memory, 4, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K5, query.Small.K5, memory, 5, headDim, parts, thread);
        scores = AddScores(scores, query.Large.K6, query.Small.K6, memory, 6, headDim, parts, thread);
        return AddScores(scores, query.Large.K7, query.Small.K7, memory, 7, headDim, parts, thread);
    }

    private static SumRow AddScores(SumRow scores, Registers large, Registers small, uint memory, int step, int headDim, int parts, int thread)
    {
        if (step * 16 >= headDim)
            return scores;
        var keys = new WeightFragments
        {
            N01 = TensorInstructions.LoadMatrices(memory + (uint)AttentionTiling.KeyRow(thread, 0, step)),
            N23 = TensorInstructions.LoadMatrices(memory + (uint)AttentionTiling.KeyRow(thread, 1, step)),
            N45 = TensorInstructions.LoadMatrices(memory + (uint)AttentionTiling.KeyRow(thread, 2, step)),
            N67 = TensorInstructions.LoadMatrices(memory + (uint)AttentionTiling.KeyRow(thread, 3, step)),
        };
        scores = FragmentMath.MultiplyAdd(default(Float16), scores, large, keys);
        return parts > 1 ? FragmentMath.MultiplyAdd(default(Float16), scores, small, keys) : scores;
    }

    /// <summary>output + weights·values for 64 of the elements.</summary>
    private static SumRow AddValues(SumRow output, SumRow weights, uint memory, int half, int parts, int thread)
    {
        output = AddValues(output, FragmentMath.AsFactors(weights.N0, weights.N1), memory, 0, half, parts, thread);
        output = AddValues(output, FragmentMath.AsFactors(weights.N2, weights.N3), memory, 1, half, parts, thread);
        output = AddValues(output, FragmentMath.AsFactors(weights.N4, weights.N5), memory, 2, half, parts, thread);
        return AddValues(output, FragmentMath.AsFactors(weights.N6, weights.N7), memory, 3, half, parts, thread);
    }

    private static SumRow AddValues(SumRow output, Pairs weights, uint memory, int step, int half, int parts, int thread)
    {
        Float16 element = default;
        var values = new WeightFragments
        {
            N01 = TensorInstructions.LoadTransposedMatrices(memory + (uint)AttentionTiling.ValueRow(thread, step, half * 4)),
            N23 = TensorInstructions.LoadTransposedMatrices(memory + (uint)AttentionTiling.ValueRow(thread, step, (half * 4) + 1)),
            N45 = TensorInstructions.LoadTransposedMatrices(memory + (uint)AttentionTiling.ValueRow(thread, step, (half * 4) + 2)),
            N67 = TensorInstructions.LoadTransposedMatrices(memory + (uint)AttentionTiling.ValueRow(thread, step, (half * 4) + 3)),
        };
        Registers part = FragmentMath.Round(element, weights);
        output = FragmentMath.MultiplyAdd(element, output, part, values);
        return parts > 1
            ? FragmentMath.MultiplyAdd(element, output, FragmentMath.Round(element, FragmentMath.Remainder(element, weights, part)), values)
            : output;
    }

    /// <summary>What is the same for all tokens; a parameter of the kernel.</summary>
    internal struct Settings
    {
        /// <summary>Rows of the cache that precede the first token.</summary>
        public int Past;

        /// <summary>Parts that queries and weights are split into: 1 or 2.</summary>
        public int Parts;
    }
}
