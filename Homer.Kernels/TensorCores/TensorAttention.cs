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

    /// <summary>What two parts leave out of a number at most, however small it is: half of binary16's last place.</summary>
    public const float Floor = 1f / (1 << 25);

    /// <summary>Whether tensor cores can compute the attention of some tokens to a layer of a cache.</summary>
    public static bool Takes(ComputeDevice device, KeyValueCache cache, int layer, int tokens) =>
        device.HasTensorCores && tokens >= FewestTokens && cache.HeadDim <= AttentionTiling.HeadDim && cache.HeadDim % AttentionTiling.ElementsOfChunk == 0
        && (cache.KeyAddress(layer) | cache.ValueAddress(layer)) % AttentionTiling.Chunk == 0;

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
        QueryParts parts = QueryParts.Of(AttentionSteps.LoadQueries(query, layout, token, head, column), settings.Parts);

        SumRow left = default, right = default;
        SoftmaxStep softmax = SoftmaxStep.Start();
        float scale = 1 / XMath.Sqrt((float)layout.HeadDim);
        uint keyTile = memory, valueTile = memory + AttentionTiling.TileBytes;
        BeginCopy(keyTile, keys, 0, visible, layout.HeadDim, thread);
        BeginCopy(valueTile, values, 0, visible, layout.HeadDim, thread);
        for (int step = 0; step < steps; step++)
        {
            int start = step * AttentionTiling.Keys;
            TensorInstructions.WaitForAllButOneBatch();
            TensorInstructions.Barrier();
            SumRow scores = AttentionSteps.AddScores(default, parts, keyTile, layout.HeadDim, settings.Parts, thread);
            // Nobody needs these keys any more: the next ones come while the values are multiplied.
            TensorInstructions.Barrier();
            BeginCopy(keyTile, keys, start + AttentionTiling.Keys, visible, layout.HeadDim, thread);
            softmax = softmax.Next(ScoreRow.Mask(scores, settings.Past + token - start - column), scale);
            left = softmax.Correct(left);
            right = softmax.Correct(right);

            TensorInstructions.WaitForAllButOneBatch();
            TensorInstructions.Barrier();
            left = AttentionSteps.AddValues(left, softmax.Weights, valueTile, 0, settings.Parts, thread);
            if (layout.HeadDim > AttentionTiling.HeadDim / 2)
                right = AttentionSteps.AddValues(right, softmax.Weights, valueTile, 1, settings.Parts, thread);
            TensorInstructions.Barrier();
            BeginCopy(valueTile, values, start + AttentionTiling.Keys, visible, layout.HeadDim, thread);
        }

        TensorInstructions.WaitForAllBatches();
        TensorInstructions.Barrier();
        OutputRow.Write(output, layout, softmax, left, right, token, head, column);
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

    /// <summary>What is the same for all tokens; a parameter of the kernel.</summary>
    internal struct Settings
    {
        /// <summary>Rows of the cache that precede the first token.</summary>
        public int Past;

        /// <summary>Parts that queries and weights are split into: 1 or 2.</summary>
        public int Parts;
    }
}
