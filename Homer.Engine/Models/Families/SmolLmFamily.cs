namespace Homer.Engine.Models.Families;

/// <summary>SmolLM3: Llama with layers that do not rotate queries and keys. (SmolLM 1 and 2 are Llama.)</summary>
internal sealed class SmolLmFamily : IModelFamily
{
    public string Name => "SmolLM3";

    public string Architecture => "SmolLM3ForCausalLM";

    public string ModelType => "smollm3";

    public ModelConfig Read(ConfigReader json)
    {
        bool bias = json.Flag("attention_bias");
        ModelConfig config = new DenseDecoder { Window = 32768, KvHeads = 4, RopeTheta = 2e6, TieWordEmbeddings = true, HasWindows = true }
            .Read(json) with
        {
            QkvBias = bias,
            OutputBias = bias,
            MlpBias = json.Flag("mlp_bias"),
        };
        int? window = json.OptionalSize("sliding_window");
        HashSet<int> unrotated = Unrotated(json, config.Layers);
        // The class gives its window to the layers that do not rotate.
        return (config with { UnrotatedLayers = unrotated })
            .With(json, json.Flag("use_sliding_window") ? window : null, unrotated.Contains);
    }

    /// <summary>
    /// The layers with a 0 in no_rope_layers (a 1 means that the layer rotates), or else every no_rope_layer_interval-th.
    /// </summary>
    private static HashSet<int> Unrotated(ConfigReader json, int layers)
    {
        int interval = json.Size("no_rope_layer_interval", 4);
        IReadOnlyList<int> rotates = json.Integers("no_rope_layers");
        json.Require(rotates.Count == 0 || rotates.Count == layers, $"no_rope_layers has {rotates.Count} entries for {layers} layers");
        return [.. Enumerable.Range(0, layers).Where(layer => rotates.Count > 0 ? rotates[layer] == 0 : (layer + 1) % interval == 0)];
    }
}
