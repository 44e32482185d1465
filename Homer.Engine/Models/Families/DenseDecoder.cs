using Homer.Engine.Files;

namespace Homer.Engine.Models.Families;

/// <summary>
/// The settings that all families share. The properties are the values that the family's own class takes where config.json leaves a
/// key out; published files do leave out what equals them.
/// </summary>
internal sealed record DenseDecoder
{
    /// <summary>The name of <see cref="Activation.GeluTanh"/> in files.</summary>
    public const string GeluTanh = "gelu_pytorch_tanh";

    // Ten times those of the deepest models; more would take memory before a missing tensor shows that they are not there.
    private const int MostLayers = 2000;

    /// <summary>max_position_embeddings.</summary>
    public int Window { get; init; } = 2048;

    /// <summary>num_attention_heads; null where files must state it.</summary>
    public int? Heads { get; init; }

    /// <summary>vocab_size; null where files must state it.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>num_key_value_heads; null for as many as query heads.</summary>
    public int? KvHeads { get; init; }

    /// <summary>head_dim; null for hidden_size / num_attention_heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>rms_norm_eps.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>rope_theta.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>tie_word_embeddings.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The activation, where the family has read it itself; null for hidden_act, silu by default.</summary>
    public string? ActivationName { get; init; }

    /// <summary>True if the family reads layer_types with sliding windows (<see cref="LayerWindows"/>).</summary>
    public bool HasWindows { get; init; }

    /// <summary>Reads the settings that all families share.</summary>
    /// <exception cref="HomerException">A setting is missing or broken, or not one that Homer can run.</exception>
    public ModelConfig Read(ConfigReader json)
    {
        string activation = ActivationName ?? json.Text("hidden_act", "silu");
        json.Require(activation is "silu" or GeluTanh, $"its activation is {Quoted.Text(activation)}; Homer knows silu and {GeluTanh}");
        foreach (string type in json.Strings("layer_types"))
        {
            json.Require(
                type == LayerWindows.Full || (HasWindows && type == LayerWindows.Sliding),
                $"it has layers of type {Quoted.Text(type)} (layer_types), which Homer does not know");
        }

        int heads = json.Size("num_attention_heads", Heads), hidden = json.Size("hidden_size");
        // A null means what it means to the classes, and a missing key their default.
        int kvHeads = json.OptionalSize("num_key_value_heads", KvHeads) ?? heads, headDim = json.OptionalSize("head_dim", HeadDim) ?? 0;
        if (headDim == 0)
        {
            json.Require(
                hidden % heads == 0,
                $"it has no head_dim, and its {heads} attention heads cannot share a hidden_size of {hidden} evenly");
            headDim = hidden / heads;
        }

        json.Require(heads % kvHeads == 0, $"its {heads} attention heads cannot share {kvHeads} key and value heads evenly");
        json.Require(headDim % 2 == 0 && headDim <= 256, $"its head_dim is {headDim}; Homer knows even sizes up to 256");
        int window = json.Size("max_position_embeddings", Window), layers = json.Size("num_hidden_layers");
        json.Require(layers <= MostLayers, $"num_hidden_layers is {layers}; Homer reads models of at most {MostLayers} layers");
        RopeSettings rope = RopeSettings.Read(json, new(RopeTheta, window, headDim));
        return new()
        {
            HiddenSize = hidden,
            IntermediateSize = json.Size("intermediate_size"),
            Layers = layers,
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            VocabularySize = json.Size("vocab_size", VocabularySize),
            // As model cards tell people to add it, YaRN lengthens a window that the file gives as it was.
            Window = rope.Scaling.Type == RopeScalingType.Yarn ? Math.Max(window, LengthenedBy(rope.Scaling)) : window,
            RmsNormEpsilon = (float)json.Number("rms_norm_eps", RmsNormEpsilon),
            Activation = activation == GeluTanh ? Activation.GeluTanh : Activation.Silu,
            RopeTheta = rope.Theta,
            RopeScaling = rope.Scaling,
            RotaryDim = rope.RotaryDim,
            WindowedRope = rope.Windowed,
            TieWordEmbeddings = IsTied(json),
            ScaleBlock = QuantizedWeights.ReadScaleBlock(json),
            EndOfSequence = [.. json.Integers("eos_token_id").Union(json.Outer?.Integers("eos_token_id") ?? [])],
        };
    }

    private static int LengthenedBy(RopeScaling scaling) =>
        (int)Math.Min(scaling.OriginalWindow * scaling.Factor, ConfigReader.LargestSize);

    /// <summary>
    /// Returns whether the head is the embedding table. Models of text and images state it beside or inside text_config; what their files
    /// store decides where the two disagree (<see cref="StoredTensors"/>).
    /// </summary>
    private bool IsTied(ConfigReader json)
    {
        bool? inner = json.OptionalFlag("tie_word_embeddings"), outer = json.Outer?.OptionalFlag("tie_word_embeddings");
        return inner == true || outer == true || (inner ?? outer ?? TieWordEmbeddings);
    }
}
