namespace Homer.Engine.Models.Families;

/// <summary>Mistral 7B v0.2 and later, Nemo, Small: Llama with a head_dim of its own. v0.1's sliding window is refused.</summary>
internal sealed class MistralFamily : IModelFamily
{
    // The class's default; later models write null.
    private const int SlidingWindow = 4096;

    public string Name => "Mistral";

    public string Architecture => "MistralForCausalLM";

    public string ModelType => "mistral";

    public ModelConfig Read(ConfigReader json)
    {
        ModelConfig config = new DenseDecoder { Window = 131072, KvHeads = 8 }.Read(json);
        DenseDecoder.RefuseSlidingWindow(json, json.OptionalSize("sliding_window", SlidingWindow), config);
        return config;
    }
}
