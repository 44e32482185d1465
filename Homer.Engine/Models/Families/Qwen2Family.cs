namespace Homer.Engine.Models.Families;

// begin-snippet: model-family
/// <summary>Qwen2 and Qwen2.5: Llama with biases on queries, keys and values.</summary>
internal sealed class Qwen2Family : IModelFamily
{
    public string Name => "Qwen2";

    public string Architecture => "Qwen2ForCausalLM";

    public string ModelType => "qwen2";

    public ModelConfig Read(ConfigReader json)
    {
        var shared = new DenseDecoder { Window = 32768, KvHeads = 32, HasWindows = true };
        return (shared.Read(json) with { QkvBias = true }).WithQwenWindow(json);
    }
}
// end-snippet
