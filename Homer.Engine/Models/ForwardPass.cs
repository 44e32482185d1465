using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using ILGPU;

namespace Homer.Engine.Models;

/// <summary>
/// The forward pass, half a layer at a time, over hidden states and a cache that the caller keeps; and the activations in between, for at
/// most <c>capacity</c> tokens at once.
/// </summary>
internal sealed class ForwardPass : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly TransformerModel model;
    private readonly RopeTable rope;
    private readonly DeviceBuffer<int> ids;
    private readonly DeviceBuffer<float> normalized;

    // The attention's query, key, value and output, and then the MLP's gate and up: never needed at the same time.
    private readonly DeviceBuffer<float> scratch;

    // What some GPUs round the input of a product to.
    private readonly DeviceBuffer<ushort> rounded;

    public ForwardPass(TransformerModel model, RopeTable rope, int capacity)
    {
        this.model = model;
        this.rope = rope;
        Capacity = capacity;
        ModelConfig config = model.Config;
        try
        {
            ids = lifetime.Own(model.Device.Allocate<int>(capacity, MemoryUse.Workspace));
            normalized = lifetime.Own(model.Device.Allocate<float>((long)capacity * config.HiddenSize, MemoryUse.Workspace));
            scratch = lifetime.Own(model.Device.Allocate<float>(ScratchLength(config, capacity), MemoryUse.Workspace));
            rounded = lifetime.Own(model.Device.Allocate<ushort>(RoundedLength(model, capacity), MemoryUse.Workspace));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>The most tokens at once.</summary>
    public int Capacity { get; }

    /// <summary>Bytes of device memory that activations for <paramref name="capacity"/> tokens take.</summary>
    public static long BytesFor(TransformerModel model, int capacity) =>
        ComputeDevice.BytesFor<int>(capacity) + ComputeDevice.BytesFor<float>((long)capacity * model.Config.HiddenSize)
        + ComputeDevice.BytesFor<float>(ScratchLength(model.Config, capacity)) + ComputeDevice.BytesFor<ushort>(RoundedLength(model, capacity));

    /// <summary>Hidden states of the embedding layer.</summary>
    public void Embed(ReadOnlySpan<int> tokens, ArrayView<float> hidden)
    {
        ids.Write(tokens);
        model.Embedding.Launch(hidden, ids.View, model.Weights.Embedding, tokens.Length);
    }

    /// <summary>hidden += attention(norm(hidden)), with the tokens' keys and values appended to the cache at row offset + past.</summary>
    public void Attend(int layer, ArrayView<float> hidden, ArrayView<int> positions, int tokens, KeyValueCache cache, int offset, int past)
    {
        Project(layer, hidden, positions, tokens, cache, offset + past);
        Attend(layer, tokens, 0, tokens, cache, offset, past);
        AddAttention(layer, hidden, tokens);
    }

    /// <summary>Queries, keys and values of norm(hidden), RoPE applied; keys and values go into the cache from a row on.</summary>
    public void Project(int layer, ArrayView<float> hidden, ArrayView<int> positions, int tokens, KeyValueCache cache, int row)
    {
        ModelConfig config = model.Config;
        LayerWeights weights = model.Weights.Layers[layer];
        AttentionHeads heads = Heads(tokens);
        var rows = new LayerRows(cache, layer, row);
        var x = new NormedRows
        {
            Rows = hidden,
            Weight = weights.InputNorm.View,
            Epsilon = config.RmsNormEpsilon,
            Count = tokens,
            Width = config.HiddenSize,
        };
        if (!model.FusedQkv.TryLaunch(heads.Query, x, new(weights.Query, weights.Key, weights.Value), rows, positions, rope.View))
        {
            Project(weights, hidden, heads, tokens);
            model.Rope.Launch(heads.Projected, rows, positions, rope.View, tokens, config.Heads);
        }
    }

    /// <summary>Attention of <paramref name="count"/> of the tokens just projected, <paramref name="first"/> and those after it, over themselves and the rows of the cache before them.</summary>
    public void Attend(int layer, int tokens, int first, int count, KeyValueCache cache, int offset, int past)
    {
        AttentionHeads heads = Heads(tokens);
        long width = (long)model.Config.Heads * model.Config.HeadDim, start = first * width;
        model.Attention.Launch(
            heads.Output.SubView(start, count * width), heads.Query.SubView(start, count * width), new(cache, layer, offset),
            new(count, model.Config.Heads, past), Spare(tokens));
    }

    /// <summary>hidden += attention, of all the tokens projected.</summary>
    public void AddAttention(int layer, ArrayView<float> hidden, int tokens) =>
        model.Linear.Launch(hidden, Heads(tokens).Output, model.Weights.Layers[layer].Output, tokens, accumulate: true, rounded.View);

    /// <summary>hidden += attention(norm(hidden)), where the caller says what attention is: it gets the heads before RoPE and fills their output.</summary>
    public void Attend(int layer, ArrayView<float> hidden, int tokens, Action<AttentionHeads> attend)
    {
        AttentionHeads heads = Heads(tokens);
        Project(model.Weights.Layers[layer], hidden, heads, tokens);
        attend(heads);
        AddAttention(layer, hidden, tokens);
    }

    /// <summary>The queries of the layer just attended, RoPE applied [tokens, heads, head_dim]; valid until the MLP runs.</summary>
    public ArrayView<float> Queries(int tokens) => Heads(tokens).Query;

    /// <summary>That of one token [heads, head_dim].</summary>
    public ArrayView<float> QueryOf(int token)
    {
        long width = (long)model.Config.Heads * model.Config.HeadDim;
        return scratch.View.SubView(token * width, width);
    }

    /// <summary>hidden += mlp(norm(hidden)).</summary>
    public void Mlp(int layer, ArrayView<float> hidden, int tokens)
    {
        ModelConfig config = model.Config;
        LayerWeights weights = model.Weights.Layers[layer];
        long size = (long)tokens * config.IntermediateSize;
        ArrayView<float> gate = scratch.View.SubView(0, size), up = scratch.View.SubView(size, size);
        if (!model.FusedSwiGlu.TryLaunch(gate, hidden, weights.PostAttentionNorm.View, config.RmsNormEpsilon, weights.Gate, weights.Up, tokens))
        {
            model.RmsNorm.Launch(normalized.View, hidden, weights.PostAttentionNorm.View, tokens, config.HiddenSize, config.RmsNormEpsilon);
            model.Linear.LaunchTogether(normalized.View, tokens, rounded.View, (gate, weights.Gate), (up, weights.Up));
            model.SwiGlu.Launch(gate, up, tokens, config.IntermediateSize);
        }

        model.Linear.Launch(hidden, gate, weights.Down, tokens, accumulate: true, rounded.View);
    }

    /// <summary>logits = head(norm(hidden)) [tokens, vocabulary].</summary>
    public void Logits(ArrayView<float> hidden, ArrayView<float> logits, int tokens)
    {
        ModelConfig config = model.Config;
        model.RmsNorm.Launch(normalized.View, hidden, model.Weights.FinalNorm.View, tokens, config.HiddenSize, config.RmsNormEpsilon);
        model.Linear.Launch(logits, normalized.View, model.Weights.Head, tokens, scratch: rounded.View);
    }

    public void Dispose() => lifetime.Dispose();

    private static long ScratchLength(ModelConfig config, int capacity) =>
        Math.Max((long)capacity * 2 * Math.Max(HeadsLength(config), config.IntermediateSize), (2 * HeadsLength(config)) + CausalAttention.ScratchFor(config.Heads, config.HeadDim));

    // All layers are alike. For products by the head there is enough where they have few rows.
    private static long RoundedLength(TransformerModel model, int capacity)
    {
        LayerWeights any = model.Weights.Layers[0];
        return new[] { any.Query, any.Output, any.Gate, any.Down }.Max(w => model.Linear.ScratchFor(capacity, w));
    }

    // Query and key of a token, and as much for value and output.
    private static int HeadsLength(ModelConfig config) => (config.Heads + config.KvHeads) * config.HeadDim;

    /// <summary>What attention can overwrite: what its own heads leave of the scratch, for one token all that helps, or the norm, which has been projected.</summary>
    private ArrayView<float> Spare(int tokens)
    {
        long used = 2L * tokens * HeadsLength(model.Config), left = scratch.Length - used;
        return left > normalized.Length ? scratch.View.SubView(used, left) : normalized.View;
    }

    /// <summary>Queries, keys and values of norm(hidden), without RoPE.</summary>
    private void Project(LayerWeights weights, ArrayView<float> hidden, AttentionHeads heads, int tokens)
    {
        model.RmsNorm.Launch(normalized.View, hidden, weights.InputNorm.View, tokens, model.Config.HiddenSize, model.Config.RmsNormEpsilon);
        model.Linear.LaunchTogether(normalized.View, tokens, rounded.View, (heads.Query, weights.Query), (heads.Key, weights.Key), (heads.Value, weights.Value));
    }

    private AttentionHeads Heads(int tokens)
    {
        long query = (long)tokens * model.Config.Heads * model.Config.HeadDim, key = (long)tokens * model.Config.KvHeads * model.Config.HeadDim;
        ArrayView<float> all = scratch.View;
        return new(all.SubView(0, query), all.SubView(query, key), all.SubView(query + key, key), all.SubView(query + (2 * key), query));
    }
}

/// <summary>What a layer's attention works on: queries and output [tokens, heads, head_dim], keys and values [tokens, kv_heads, head_dim].</summary>
internal readonly record struct AttentionHeads(ArrayView<float> Query, ArrayView<float> Key, ArrayView<float> Value, ArrayView<float> Output)
{
    /// <summary>The queries, keys and values as RoPE takes them.</summary>
    public QueryKeyValue Projected => new() { Query = Query, Key = Key, Value = Value };
}
