using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using ILGPU;

using LayerWeights = Homer.Engine.Models.LayerParts<Homer.Kernels.Devices.DeviceBuffer<float>, Homer.Kernels.Weights.WeightMatrix>;

namespace Homer.Engine.Models;

/// <summary>
/// The forward pass, half a layer at a time, over hidden states and a KV cache that the caller keeps; and the activations in between, for
/// at most <c>capacity</c> tokens at once. An optional part of a family is applied at one place each, and costs nothing where it is absent.
/// </summary>
internal sealed class ForwardPass : IDisposable
{
    private readonly TransformerModel model;
    private readonly ModelConfig config;
    private readonly LayerKernels kernels;
    private readonly RopeTable rope;
    private readonly BufferSet buffers;
    private readonly DeviceBuffer<int> ids;
    private readonly DeviceBuffer<float> normalized;
    private readonly DeviceBuffer<float> scratch;
    private readonly DeviceBuffer<ushort> rounded;

    public ForwardPass(TransformerModel model, RopeTable rope, int capacity)
    {
        this.model = model;
        this.rope = rope;
        config = model.Config;
        kernels = model.Kernels;
        Capacity = capacity;
        var layout = new Layout(model, capacity);
        buffers = layout.Allocate(model.Device);
        ids = buffers.Get(layout.Ids);
        normalized = buffers.Get(layout.Normalized);
        scratch = buffers.Get(layout.Scratch);
        rounded = buffers.Get(layout.Rounded);
    }

    /// <summary>The most tokens at once.</summary>
    public int Capacity { get; }

    /// <summary>Returns the bytes of device memory that activations for <paramref name="capacity"/> tokens take.</summary>
    public static long BytesFor(TransformerModel model, int capacity) => new Layout(model, capacity).Bytes();

    /// <summary>Computes the hidden states of the embedding layer.</summary>
    public void Embed(ReadOnlySpan<int> tokens, ArrayView<float> hidden)
    {
        ids.Write(tokens);
        kernels.Embedding.Launch(hidden, ids.View, model.Weights.Embedding, tokens.Length);
        Scale(hidden, (long)tokens.Length * config.HiddenSize, config.EmbeddingScale);
    }

    /// <summary>
    /// Computes hidden += attention(norm(hidden)), and appends the tokens' keys and values to the cache at row firstRow + past.
    /// </summary>
    public void Attend(
        int layer, ArrayView<float> hidden, ArrayView<int> positions, int tokens, KeyValueCache cache, int firstRow, int past)
    {
        Project(layer, hidden, positions, tokens, cache, firstRow + past);
        Attend(layer, tokens, 0, tokens, cache, firstRow, past);
        AddAttention(layer, hidden, tokens);
    }

    /// <summary>Computes queries, keys and values of norm(hidden), RoPE applied; keys and values go into the cache from a row on.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="hidden">The hidden states [tokens, hidden_size].</param>
    /// <param name="positions">The positions [tokens].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="row">The row of the first token.</param>
    /// <param name="observe">Gets queries, keys and values before RoPE; null where nobody looks.</param>
    public void Project(
        int layer, ArrayView<float> hidden, ArrayView<int> positions, int tokens, KeyValueCache cache, int row,
        Action<AttentionHeads>? observe = null)
    {
        LayerWeights weights = model.Weights.Layers[layer];
        AttentionHeads heads = Heads(tokens);
        var rows = new LayerRows(cache, layer, row);
        RopeTableView table = rope.Of(layer);
        bool isFused = observe is null && FusedInput(weights, hidden, tokens) is { } input
            && kernels.FusedQkv.TryLaunch(heads.Query, input, new(weights.Query, weights.Key, weights.Value), rows, positions, table);
        if (isFused)
            return;
        Project(weights, hidden, heads, tokens);
        observe?.Invoke(heads);
        kernels.Rope.Launch(heads.Projected, rows, positions, table, tokens, config.Heads);
        if (config.QueryGrowth is { } growth)
            kernels.QueryGrowing.Launch(heads.Query, positions, tokens, growth.Window, (float)growth.Beta);
    }

    /// <summary>Computes queries, keys and values of norm(hidden) without RoPE, and no more; valid until the next call.</summary>
    public AttentionHeads ProjectUnrotated(int layer, ArrayView<float> hidden, int tokens)
    {
        AttentionHeads heads = Heads(tokens);
        Project(model.Weights.Layers[layer], hidden, heads, tokens);
        return heads;
    }

    /// <summary>
    /// Attends from <paramref name="count"/> of the tokens just projected, <paramref name="first"/> and those after it, to themselves and
    /// the rows of the cache before them.
    /// </summary>
    public void Attend(int layer, int tokens, int first, int count, KeyValueCache cache, int firstRow, int past)
    {
        AttentionHeads heads = Heads(tokens);
        long width = (long)config.Heads * config.HeadDim, start = first * width;
        kernels.Attention.Launch(
            heads.Output.SubView(start, count * width), heads.Query.SubView(start, count * width), new(cache, layer, firstRow),
            new(count, config.Heads, past) { Window = config.WindowOf(layer), SoftCap = config.AttentionSoftCap }, Spare(tokens));
    }

    /// <summary>Computes hidden += attention, for all the tokens projected.</summary>
    public void AddAttention(int layer, ArrayView<float> hidden, int tokens)
    {
        LayerWeights weights = model.Weights.Layers[layer];
        AddBranch(hidden, Heads(tokens).Output, new(weights.Output, weights.OutputBias, weights.AttentionOutputNorm), tokens);
    }

    /// <summary>
    /// Computes hidden += attention(norm(hidden)) with an attention of the caller's, which gets the heads before RoPE and fills their
    /// output. Callers know the usual attention only (<see cref="ModelConfig.HasUsualAttention"/>).
    /// </summary>
    public void Attend(int layer, ArrayView<float> hidden, int tokens, Action<AttentionHeads> attend)
    {
        AttentionHeads heads = Heads(tokens);
        Project(model.Weights.Layers[layer], hidden, heads, tokens);
        attend(heads);
        AddAttention(layer, hidden, tokens);
    }

    /// <summary>Returns the queries of the layer just attended, RoPE applied [tokens, heads, head_dim]; valid until the MLP runs.</summary>
    public ArrayView<float> Queries(int tokens) => Heads(tokens).Query;

    /// <summary>Returns the query of one token of the layer just attended [heads, head_dim]; valid until the MLP runs.</summary>
    public ArrayView<float> QueryOf(int token)
    {
        long width = (long)config.Heads * config.HeadDim;
        return scratch.View.SubView(token * width, width);
    }

    /// <summary>Computes hidden += mlp(norm(hidden)).</summary>
    public void Mlp(int layer, ArrayView<float> hidden, int tokens)
    {
        LayerWeights weights = model.Weights.Layers[layer];
        long size = (long)tokens * config.IntermediateSize;
        ArrayView<float> gate = scratch.View.SubView(0, size), up = scratch.View.SubView(size, size);
        bool isFused = weights is { MlpNorm: { } norm, GateBias: null } && config.Activation == Activation.Silu
            && kernels.FusedSwiGlu.TryLaunch(gate, hidden, norm.View, config.RmsNormEpsilon, weights.Gate, weights.Up, tokens);
        if (!isFused)
        {
            ArrayView<float> input = Normalize(hidden, weights.MlpNorm, tokens);
            kernels.Linear.LaunchTogether(input, tokens, rounded.View, (gate, weights.Gate), (up, weights.Up));
            AddBias(gate, weights.GateBias, tokens);
            AddBias(up, weights.UpBias, tokens);
            Gate(gate, up, tokens);
        }

        AddBranch(hidden, gate, new(weights.Down, weights.DownBias, weights.MlpOutputNorm), tokens);
    }

    /// <summary>Computes logits = head(norm(hidden)) [tokens, vocabulary].</summary>
    public void Logits(ArrayView<float> hidden, ArrayView<float> logits, int tokens)
    {
        ArrayView<float> input = Normalize(hidden, model.Weights.FinalNorm, tokens);
        kernels.Linear.Launch(logits, input, model.Weights.Head, tokens, scratch: rounded.View);
        long count = (long)tokens * config.VocabularySize;
        Scale(logits, count, config.LogitScale);
        if (config.LogitSoftCap != 0)
            kernels.SoftCap.Launch(logits, count, config.LogitSoftCap);
    }

    public void Dispose() => buffers.Dispose();

    /// <summary>Computes queries, keys and values of norm(hidden), without RoPE.</summary>
    private void Project(LayerWeights weights, ArrayView<float> hidden, AttentionHeads heads, int tokens)
    {
        ArrayView<float> input = Normalize(hidden, weights.AttentionNorm, tokens);
        kernels.Linear.LaunchTogether(
            input, tokens, rounded.View, (heads.Query, weights.Query), (heads.Key, weights.Key), (heads.Value, weights.Value));
        AddBias(heads.Query, weights.QueryBias, tokens);
        AddBias(heads.Key, weights.KeyBias, tokens);
        AddBias(heads.Value, weights.ValueBias, tokens);
        NormalizeHeads(heads.Query, weights.QueryNorm);
        NormalizeHeads(heads.Key, weights.KeyNorm);
        Scale(heads.Query, heads.Query.Length, config.QueryScale);
    }

    /// <summary>
    /// Returns the input of the launch that fuses norm, projections and RoPE; null where an optional part stands in between.
    /// </summary>
    private NormedRows? FusedInput(LayerWeights weights, ArrayView<float> hidden, int tokens)
    {
        bool isLlama = config is { QueryScale: 1, QueryGrowth: null };
        if (weights is not { AttentionNorm: { } norm, QueryBias: null, QueryNorm: null } || !isLlama)
            return null;
        return new() { Rows = hidden, Weight = norm.View, Epsilon = config.RmsNormEpsilon, Count = tokens, Width = config.HiddenSize };
    }

    /// <summary>Computes hidden += a · norm(x·wᵀ + bias), the end of both halves of a layer.</summary>
    private void AddBranch(ArrayView<float> hidden, ArrayView<float> x, Branch branch, int tokens)
    {
        if (branch.Norm is null && config.ResidualScale == 1)
        {
            kernels.Linear.Launch(hidden, x, branch.Weight, tokens, accumulate: true, rounded.View);
            AddBias(hidden, branch.Bias, tokens);
            return;
        }

        ArrayView<float> output = normalized.View;
        kernels.Linear.Launch(output, x, branch.Weight, tokens, scratch: rounded.View);
        AddBias(output, branch.Bias, tokens);
        if (branch.Norm is { } norm)
            kernels.RmsNorm.Launch(output, output, norm.View, tokens, config.HiddenSize, config.RmsNormEpsilon);
        kernels.RowSum.Launch(hidden, output, tokens, config.HiddenSize, config.ResidualScale);
    }

    /// <summary>Returns norm(hidden), or the hidden states themselves where there is no norm.</summary>
    private ArrayView<float> Normalize(ArrayView<float> hidden, DeviceBuffer<float>? norm, int tokens)
    {
        if (norm is null)
            return hidden;
        kernels.RmsNorm.Launch(normalized.View, hidden, norm.View, tokens, config.HiddenSize, config.RmsNormEpsilon);
        return normalized.View;
    }

    /// <summary>Normalizes queries or keys in place, in rows as long as the norm: of a head, or of all heads of a token.</summary>
    private void NormalizeHeads(ArrayView<float> heads, DeviceBuffer<float>? norm)
    {
        if (norm is not null)
            kernels.RmsNorm.Launch(heads, heads, norm.View, (int)(heads.Length / norm.Length), (int)norm.Length, config.RmsNormEpsilon);
    }

    /// <summary>Computes gate = activation(gate) · up.</summary>
    private void Gate(ArrayView<float> gate, ArrayView<float> up, int tokens)
    {
        if (config.Activation == Activation.GeluTanh)
            kernels.GeGlu.Launch(gate, up, tokens, config.IntermediateSize);
        else
            kernels.SwiGlu.Launch(gate, up, tokens, config.IntermediateSize);
    }

    private void AddBias(ArrayView<float> rows, DeviceBuffer<float>? bias, int tokens)
    {
        if (bias is not null)
            kernels.RowSum.LaunchBias(rows, bias.View, tokens);
    }

    private void Scale(ArrayView<float> numbers, long count, float factor)
    {
        if (factor != 1)
            kernels.Scaling.Launch(numbers, count, factor);
    }

    /// <summary>
    /// Returns memory that attention can overwrite: what its own heads leave of the scratch, which for one token is as much as helps, or
    /// the norm, which has been projected.
    /// </summary>
    private ArrayView<float> Spare(int tokens)
    {
        long used = 2L * tokens * HeadsLength(config), left = scratch.Length - used;
        return left > normalized.Length ? scratch.View.SubView(used, left) : normalized.View;
    }

    // Elements of a token's query and key; value and output take as many.
    private static long HeadsLength(ModelConfig config) => ((long)config.Heads + config.KvHeads) * config.HeadDim;

    private AttentionHeads Heads(int tokens)
    {
        long query = (long)tokens * config.Heads * config.HeadDim, key = (long)tokens * config.KvHeads * config.HeadDim;
        ArrayView<float> all = scratch.View;
        return new(all.SubView(0, query), all.SubView(query, key), all.SubView(query + key, key), all.SubView(query + (2 * key), query));
    }

    private readonly record struct Branch(WeightMatrix Weight, DeviceBuffer<float>? Bias, DeviceBuffer<float>? Norm);

    /// <summary>The activations for at most <c>capacity</c> tokens.</summary>
    private sealed class Layout : BufferPlan
    {
        public Layout(TransformerModel model, int capacity)
        {
            ModelConfig config = model.Config;
            Ids = Add<int>(capacity, MemoryUse.Workspace);
            Normalized = Add<float>((long)capacity * config.HiddenSize, MemoryUse.Workspace);
            Scratch = Add<float>(ScratchLength(config, capacity), MemoryUse.Workspace);
            Rounded = Add<ushort>(RoundedLength(model, capacity), MemoryUse.Workspace);
        }

        public Planned<DeviceBuffer<int>> Ids { get; }

        /// <summary>The normalized hidden states; later the output of a branch that is normalized or scaled before it is added.</summary>
        public Planned<DeviceBuffer<float>> Normalized { get; }

        /// <summary>Attention's query, key, value and output, and then the MLP's gate and up: never needed at the same time.</summary>
        public Planned<DeviceBuffer<float>> Scratch { get; }

        /// <summary>The input of a product, rounded, on GPUs that need it so.</summary>
        public Planned<DeviceBuffer<ushort>> Rounded { get; }

        private static long ScratchLength(ModelConfig config, int capacity) => Math.Max(
            (long)capacity * 2 * Math.Max(HeadsLength(config), config.IntermediateSize),
            (2 * HeadsLength(config)) + CausalAttention.ScratchFor(config.Heads, config.HeadDim));

        // All layers are alike. The LM head has few rows, so this suffices for it too.
        private static long RoundedLength(TransformerModel model, int capacity)
        {
            LayerWeights any = model.Weights.Layers[0];
            return new[] { any.Query, any.Output, any.Gate, any.Down }.Max(w => model.Kernels.Linear.ScratchFor(capacity, w));
        }
    }
}

/// <summary>
/// The rows on which a layer's attention works: queries and output [tokens, heads, head_dim], keys and values [tokens, kv_heads, head_dim].
/// </summary>
internal readonly record struct AttentionHeads(
    ArrayView<float> Query, ArrayView<float> Key, ArrayView<float> Value, ArrayView<float> Output)
{
    /// <summary>The queries, keys and values as RoPE takes them.</summary>
    public QueryKeyValue Projected => new() { Query = Query, Key = Key, Value = Value };
}
