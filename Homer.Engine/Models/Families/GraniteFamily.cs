namespace Homer.Engine.Models.Families;

/// <summary>Granite 3, dense: Llama with four multipliers.</summary>
internal sealed class GraniteFamily : IModelFamily
{
    public string Name => "Granite";

    public string Architecture => "GraniteForCausalLM";

    public string ModelType => "granite";

    public ModelConfig Read(ConfigReader json)
    {
        bool bias = json.Flag("attention_bias");
        return new DenseDecoder().Read(json) with
        {
            QkvBias = bias,
            OutputBias = bias,
            MlpBias = json.Flag("mlp_bias"),
            EmbeddingScale = (float)json.Number("embedding_multiplier", 1),
            AttentionScale = json.Number("attention_multiplier", 1),
            ResidualScale = (float)json.Number("residual_multiplier", 1),
            LogitScale = (float)(1 / json.Number("logits_scaling", 1)),
        };
    }
}
