namespace Homer.Engine.Models.Families;

/// <summary>
/// Gemma 1: norms by 1 + w, GELU, and embeddings that are multiplied by √hidden_size.
/// </summary>
internal sealed class GemmaFamily : IModelFamily
{
    public string Name => "Gemma";

    public string Architecture => "GemmaForCausalLM";

    public string ModelType => "gemma";

    public ModelConfig Read(ConfigReader json) => Read(json, new() { Window = 8192, KvHeads = 16, HeadDim = 256 });

    /// <summary>Reads the settings that all generations of Gemma share.</summary>
    public static ModelConfig Read(ConfigReader json, DenseDecoder shared)
    {
        // Early files say "gelu" in hidden_act, and mean the tanh form all the same.
        string early = json.Text("hidden_act", DenseDecoder.GeluTanh);
        string activation = json.Text("hidden_activation", early == "gelu" ? DenseDecoder.GeluTanh : early);
        json.Require(
            !json.Flag("use_bidirectional_attention"),
            "its tokens see those after them (use_bidirectional_attention): it embeds texts, and Homer runs models that write");
        ModelConfig config = (shared with { TieWordEmbeddings = true, ActivationName = activation }).Read(json);
        bool bias = json.Flag("attention_bias");
        return config with
        {
            QkvBias = bias,
            OutputBias = bias,
            NormOffset = 1,
            EmbeddingScale = MathF.Sqrt(config.HiddenSize),
        };
    }
}
