using System.Text.Json;
using Homer.Engine.Checks;
using Homer.Engine.Files;
using Homer.Engine.Models.Families;

namespace Homer.Engine.Models;

/// <summary>
/// The shape of a dense decoder: sizes, and the optional parts in which families differ. The defaults are Llama's. A family sets what
/// differs (<see cref="Families"/>); <see cref="ModelTensors"/>, <see cref="RopeTable"/> and <see cref="ForwardPass"/> act on it.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The name of the model's family, for people.</summary>
    public string Family { get; init => field = NotNull.Of(value); } = "Llama";

    /// <summary>Elements of a hidden state (hidden_size).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Elements between the MLP's projections (intermediate_size).</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Decoder layers (num_hidden_layers).</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads (num_attention_heads).</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads (num_key_value_heads); divides <see cref="Heads"/>.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Elements of a head (head_dim); even.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Tokens of the vocabulary (vocab_size).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The context window the model was trained for, in tokens (max_position_embeddings).</summary>
    public required int Window { get; init; }

    /// <summary>ε of the normalizations (rms_norm_eps).</summary>
    public float RmsNormEpsilon { get; init; } = 1e-6f;

    /// <summary>The base of the rotation frequencies (rope_theta).</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>The scaling of positions (rope_scaling).</summary>
    public RopeScaling RopeScaling { get; init => field = NotNull.Of(value); } = RopeScaling.None;

    /// <summary>True if the LM head is the embedding table (tie_word_embeddings).</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The tokens that end a text (eos_token_id); see <see cref="ModelFolder.ReadConfig"/>.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init => field = NotNull.Of(value); } = [];

    /// <summary>The sentences about what the model's files ask for and what is not done; empty for most models.</summary>
    public IReadOnlyList<string> Notes { get; init => field = NotNull.Of(value); } = [];

    /// <summary>The elements of a head that are rotated (head_dim · partial_rotary_factor); the others keep their values. Even.</summary>
    public int RotaryDim
    {
        get => rotaryDim ?? HeadDim;
        init => rotaryDim = value;
    }

    /// <summary>The layers that do not rotate queries and keys (no_rope_layers).</summary>
    public IReadOnlySet<int> UnrotatedLayers { get; init => field = NotNull.Of(value); } = new HashSet<int>();

    /// <summary>
    /// The tokens that a token sees in a layer with a window, itself included (sliding_window); null where no layer has one.
    /// </summary>
    public int? SlidingWindow { get; init; }

    /// <summary>The layers that have the window (layer_types).</summary>
    public IReadOnlySet<int> WindowedLayers { get; init => field = NotNull.Of(value); } = new HashSet<int>();

    /// <summary>The rotation of layers with a window; null where it is that of the other layers.</summary>
    public LayerRope? WindowedRope { get; init; }

    /// <summary>The bound c of attention scores, which become c · tanh(score / c) (attn_logit_softcapping); 0 for none.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>The bound c of logits, which become c · tanh(logit / c) (final_logit_softcapping); 0 for none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>The factor on queries that grows with their position (llama_4_scaling_beta); null for none.</summary>
    public QueryGrowth? QueryGrowth { get; init; }

    /// <summary>True if the projections to queries, keys and values add biases.</summary>
    public bool QkvBias { get; init; }

    /// <summary>True if the projection of attention's output adds a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>True if the three projections of the MLP add biases (mlp_bias).</summary>
    public bool MlpBias { get; init; }

    /// <summary>The norm of queries and keys before rotation.</summary>
    public QueryKeyNorm QueryKeyNorms { get; init; }

    /// <summary>The place of the norms of attention and MLP.</summary>
    public NormPlacement Norms { get; init; }

    /// <summary>The number that is added to the stored weights of norms: 1 where a family multiplies by 1 + w.</summary>
    public float NormOffset { get; init; }

    /// <summary>The activation of the MLP (hidden_act).</summary>
    public Activation Activation { get; init; }

    /// <summary>The factor on embeddings (embedding_multiplier).</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>The factor on products of queries and keys (attention_multiplier); 1 / √head_dim unless a family sets it.</summary>
    public double AttentionScale
    {
        get => attentionScale ?? (1 / Math.Sqrt(HeadDim));
        init => attentionScale = value;
    }

    /// <summary>The factor on what attention and MLP add to the hidden state (residual_multiplier).</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>The factor on logits (1 / logits_scaling).</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>The rows and columns of 8-bit floats that share a scale (weight_block_size); null where config.json does not say.</summary>
    public ScaleBlock? ScaleBlock { get; init; }

    /// <summary>
    /// True if the model is the text part of one that also reads images or sound (text_config); tensors of the other parts are passed over.
    /// </summary>
    internal bool IsNested { get; init; }

    /// <summary>The names of the tensors in the family's files.</summary>
    internal TensorNames Tensors { get; init; } = TensorNames.Llama;

    /// <summary>
    /// The factor on queries that makes up for the 1 / √head_dim of the attention kernels; 1 where that is the model's own.
    /// </summary>
    internal float QueryScale => attentionScale is { } scale ? (float)(scale * Math.Sqrt(HeadDim)) : 1;

    /// <summary>
    /// True if attention is the usual one: every token sees all before it, and queries and scores depend on nothing else. A window that is
    /// no shorter than the context window changes nothing.
    /// </summary>
    internal bool HasUsualAttention =>
        AttentionSoftCap == 0 && QueryGrowth is null && WindowedRope is null
        && (WindowedLayers.Count == 0 || SlidingWindow is null || SlidingWindow >= Window);

    /// <summary>The number of parameters.</summary>
    public long ParameterCount => new ModelTensors(this).ParameterCount;

    /// <summary>Bytes of keys and values that one token takes in all layers.</summary>
    public long CacheBytesPerToken => 2L * Layers * KvHeads * HeadDim * sizeof(float);

    // Backing fields of properties whose default depends on another one.
    private readonly int? rotaryDim;
    private readonly double? attentionScale;

    /// <summary>Returns the tokens that a token of a layer sees, itself included; null where it sees all before it.</summary>
    public int? WindowOf(int layer) => WindowedLayers.Contains(layer) ? SlidingWindow : null;

    /// <summary>Returns whether a number is the id of a token.</summary>
    internal bool IsInVocabulary(int id) => (uint)id < (uint)VocabularySize;

    /// <summary>Returns by how much a scaling lengthens the window: 1 for the model's own, which <see cref="Window"/> includes.</summary>
    internal double WindowFactor(RopeScaling scaling) => scaling == RopeScaling ? 1 : scaling.Factor;

    /// <summary>Returns the window that a scaling leads to, in tokens.</summary>
    internal double ScaledWindow(RopeScaling scaling) => Window * WindowFactor(scaling);

    /// <summary>Refuses a method that computes the usual attention itself for a model whose attention is another.</summary>
    /// <exception cref="HomerException">Its layers have windows, or bound scores, or scale queries by position.</exception>
    internal void RequireUsualAttention(string method)
    {
        if (HasUsualAttention)
            return;
        string what = QueryGrowth is not null ? "scales queries by position"
            : AttentionSoftCap != 0 ? "bounds attention scores" : $"has layers that see {SlidingWindow} tokens only";
        throw new HomerException($"{method} does not go with {Family}, which {what}; use homer, plain or truncate.");
    }

    /// <summary>Reads config.json.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="HomerException">The file is missing or broken, or asks for what Homer does not know.</exception>
    public static ModelConfig Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return JsonFile.Read(path, json => Read(path, json));
    }

    /// <summary>Reads the settings that a config.json holds, or that another file means.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="settings">The settings.</param>
    /// <exception cref="HomerException">They are broken, or ask for what Homer does not know.</exception>
    internal static ModelConfig Read(string path, JsonElement settings)
    {
        var file = new ConfigReader(path, settings);
        (IModelFamily family, ConfigReader text) = ModelFamilies.Find(file);
        ModelConfig config = family.Read(text) with { Family = family.Name, IsNested = text != file };
        text.RefuseUnreadSettings();
        file.RefuseUnreadSettings();
        // The rows of queries are a dimension like those that the file gives, though it gives only their factors.
        file.Require(
            (long)config.Heads * config.HeadDim <= ConfigReader.LargestSize,
            $"{config.Heads:N0} heads of {config.HeadDim:N0} elements are more rows of q_proj than a model can have");
        return config;
    }
}

/// <summary>The activation of an MLP's gate.</summary>
public enum Activation
{
    /// <summary>x / (1 + e⁻ˣ).</summary>
    Silu,

    /// <summary>The tanh form of GELU.</summary>
    GeluTanh,
}

/// <summary>The norm of a family's queries and keys before they are rotated.</summary>
public enum QueryKeyNorm
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Each head by itself (Qwen3).</summary>
    Head,

    /// <summary>The whole row of all heads (OLMo 2).</summary>
    Row,
}

/// <summary>The place of a family's norms of attention and MLP.</summary>
public enum NormPlacement
{
    /// <summary>Their input (Llama).</summary>
    Before,

    /// <summary>Their output, before it is added to the hidden state (OLMo 2).</summary>
    After,

    /// <summary>Both (Gemma 2).</summary>
    Both,
}
