using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>The shape of a Llama model, as its config.json tells it.</summary>
public sealed record ModelConfig
{
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

    /// <summary>How positions are scaled (rope_scaling).</summary>
    public RopeScaling RopeScaling { get; init; } = RopeScaling.None;

    /// <summary>Whether the output head is the embedding table (tie_word_embeddings).</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The tokens that end a text (eos_token_id).</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Parameters of the model.</summary>
    public long ParameterCount =>
        ((TieWordEmbeddings ? 1L : 2L) * VocabularySize * HiddenSize) + HiddenSize
        + (Layers * ((2L * HiddenSize * (Heads + KvHeads) * HeadDim) + (3L * HiddenSize * IntermediateSize) + (2L * HiddenSize)));

    /// <summary>Bytes of keys and values that one token takes in all layers.</summary>
    public long CacheBytesPerToken => 2L * Layers * KvHeads * HeadDim * sizeof(float);

    /// <summary>By how much a scaling lengthens the window: the model's own is part of it already, one that is asked for is not.</summary>
    internal double WindowFactor(RopeScaling scaling) => scaling == RopeScaling ? 1 : scaling.Factor;

    /// <summary>The window in tokens that a scaling lengthens it to.</summary>
    internal double ScaledWindow(RopeScaling scaling) => Window * WindowFactor(scaling);

    /// <summary>Reads config.json.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="HomerException">The file is missing or broken, or asks for what Homer does not know.</exception>
    public static ModelConfig Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(new ConfigReader(path, document.RootElement));
        }
        catch (JsonException e)
        {
            throw new HomerException($"{path} is not valid JSON (line {e.LineNumber + 1}); download it again.", e);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    private static ModelConfig Parse(ConfigReader json)
    {
        string architecture = json.Strings("architectures") is [string first, ..] ? first : json.Text("model_type", "nothing");
        json.Require(architecture is "LlamaForCausalLM" or "llama", $"its architecture is {Quoted.Text(architecture)}; Homer runs LlamaForCausalLM");
        string activation = json.Text("hidden_act", "silu");
        json.Require(activation == "silu", $"its activation is {Quoted.Text(activation)}; Homer knows silu");
        json.Require(!json.Flag("attention_bias") && !json.Flag("mlp_bias"), "it asks for biases in linear layers, which Homer does not know");

        int heads = json.Size("num_attention_heads"), hidden = json.Size("hidden_size");
        int kvHeads = json.Size("num_key_value_heads", heads), headDim = json.Size("head_dim", 0);
        if (headDim == 0)
        {
            json.Require(hidden % heads == 0, $"it has no head_dim, and its {heads} attention heads cannot share a hidden_size of {hidden} evenly");
            headDim = hidden / heads;
        }

        json.Require(heads % kvHeads == 0, $"its {heads} attention heads cannot share {kvHeads} key and value heads evenly");
        json.Require(headDim % 2 == 0 && headDim <= 256, $"its head_dim is {headDim}; Homer knows even sizes up to 256");
        int window = json.Size("max_position_embeddings", 2048);
        return new()
        {
            HiddenSize = hidden,
            IntermediateSize = json.Size("intermediate_size"),
            Layers = json.Size("num_hidden_layers"),
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            VocabularySize = json.Size("vocab_size"),
            Window = window,
            RmsNormEpsilon = (float)json.Number("rms_norm_eps", 1e-6),
            RopeTheta = json.Number("rope_theta", 10000),
            RopeScaling = RopeScaling.Parse(json.Object("rope_scaling"), window),
            TieWordEmbeddings = json.Flag("tie_word_embeddings"),
            EndOfSequence = json.Integers("eos_token_id"),
        };
    }
}
