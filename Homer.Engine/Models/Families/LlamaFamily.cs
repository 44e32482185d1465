namespace Homer.Engine.Models.Families;

/// <summary>Llama 1 to 3.x, and the many models that were published in its format.</summary>
internal sealed class LlamaFamily : IModelFamily
{
    public string Name => "Llama";

    public string Architecture => "LlamaForCausalLM";

    public string ModelType => "llama";

    public ModelConfig Read(ConfigReader json)
    {
        bool attentionBias = json.Flag("attention_bias");
        return new DenseDecoder().Read(json) with
        {
            QkvBias = attentionBias,
            OutputBias = attentionBias,
            MlpBias = json.Flag("mlp_bias"),
        };
    }
}
