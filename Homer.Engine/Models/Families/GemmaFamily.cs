namespace Homer.Engine.Models.Families;

/// <summary>
/// Gemma 1: norms by 1 + w, GELU, and embeddings that are multiplied by √hidden_size. (Gemma 2 and 3 also need soft caps and windows.)
/// </summary>
internal sealed class GemmaFamily : IModelFamily
{
    public string Name => "Gemma";

    public string Architecture => "GemmaForCausalLM";

    public string ModelType => "gemma";

    public ModelConfig Read(ConfigReader json)
    {
        // Early files say "gelu" in hidden_act, and mean the tanh form all the same.
        string early = json.Text("hidden_act", DenseDecoder.GeluTanh);
        string activation = json.Text("hidden_activation", early == "gelu" ? DenseDecoder.GeluTanh : early);
        var shared = new DenseDecoder { Window = 8192, KvHeads = 16, HeadDim = 256, TieWordEmbeddings = true, ActivationName = activation };
        ModelConfig config = shared.Read(json);
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
