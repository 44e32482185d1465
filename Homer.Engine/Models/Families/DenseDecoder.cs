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

    /// <summary>max_position_embeddings.</summary>
    public int Window { get; init; } = 2048;

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

    /// <summary>Reads the settings that all families share.</summary>
    /// <exception cref="HomerException">A setting is missing or broken, or not one that Homer can run.</exception>
    public ModelConfig Read(ConfigReader json)
    {
        string activation = ActivationName ?? json.Text("hidden_act", "silu");
        json.Require(activation is "silu" or GeluTanh, $"its activation is {Quoted.Text(activation)}; Homer knows silu and {GeluTanh}");
        json.Require(
            json.Object("quantization_config") is null,
            "its weights are quantized (quantization_config), which Homer does not read; give the folder of the model before quantization");

        foreach (string type in json.Strings("layer_types"))
            json.Require(type == "full_attention", $"it has layers of type {Quoted.Text(type)} (layer_types), which Homer does not know");

        int heads = json.Size("num_attention_heads"), hidden = json.Size("hidden_size");
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
        int window = json.Size("max_position_embeddings", Window);
        RopeSettings rope = RopeSettings.Read(json, new(RopeTheta, window, headDim));
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
            RmsNormEpsilon = (float)json.Number("rms_norm_eps", RmsNormEpsilon),
            Activation = activation == GeluTanh ? Activation.GeluTanh : Activation.Silu,
            RopeTheta = rope.Theta,
            RopeScaling = rope.Scaling,
            RotaryDim = rope.RotaryDim,
            TieWordEmbeddings = json.Flag("tie_word_embeddings", TieWordEmbeddings),
            EndOfSequence = json.Integers("eos_token_id"),
        };
    }

    /// <summary>
    /// Refuses a sliding window that is shorter than the context window. A window at least as long changes nothing.
    /// </summary>
    /// <param name="json">The settings.</param>
    /// <param name="window">The window in tokens; null for none.</param>
    /// <param name="config">The model.</param>
    /// <exception cref="HomerException">Layers would see less than the whole context.</exception>
    public static void RefuseSlidingWindow(ConfigReader json, int? window, ModelConfig config) => json.Require(
        window is null || window >= config.Window,
        $"its layers attend to the last {window} tokens only (sliding_window), which Homer does not do; "
        + $"up to {window} tokens a copy of the folder without that setting gives the same results");
}
