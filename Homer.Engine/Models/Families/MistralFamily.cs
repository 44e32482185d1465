namespace Homer.Engine.Models.Families;

/// <summary>Mistral 7B, Nemo, Small: Llama with a head_dim of its own; v0.1 has a sliding window in all layers.</summary>
internal sealed class MistralFamily : IModelFamily
{
    // The class's default; later models write null.
    private const int SlidingWindow = 4096;

    public string Name => "Mistral";

    public string Architecture => "MistralForCausalLM";

    public string ModelType => "mistral";

    public ModelConfig Read(ConfigReader json)
    {
        ModelConfig config = new DenseDecoder { Window = 131072, KvHeads = 8, HasWindows = true }.Read(json);
        return config.With(json, json.OptionalSize("sliding_window", SlidingWindow), _ => true);
    }
}
