namespace Homer.Engine.Models.Families;

/// <summary>
/// Qwen3, dense: norms of queries and keys per head, and a head_dim of its own; no biases unless attention_bias asks for them.
/// </summary>
internal sealed class Qwen3Family : IModelFamily
{
    public string Name => "Qwen3";

    public string Architecture => "Qwen3ForCausalLM";

    public string ModelType => "qwen3";

    public ModelConfig Read(ConfigReader json)
    {
        bool bias = json.Flag("attention_bias");
        var shared = new DenseDecoder { Window = 32768, KvHeads = 32, HeadDim = 128, HasWindows = true };
        ModelConfig config = shared.Read(json) with
        {
            QueryKeyNorms = QueryKeyNorm.Head,
            QkvBias = bias,
            OutputBias = bias,
        };
        return config.WithQwenWindow(json);
    }
}
