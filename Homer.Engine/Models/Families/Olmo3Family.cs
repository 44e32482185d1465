namespace Homer.Engine.Models.Families;

/// <summary>OLMo 3: OLMo 2 with a sliding window in three of four layers, which rotate without the scaling of the others.</summary>
internal sealed class Olmo3Family : IModelFamily
{
    // The class's defaults.
    private const int SlidingWindow = 4096;
    private const int Period = 4;

    public string Name => "OLMo 3";

    public string Architecture => "Olmo3ForCausalLM";

    public string ModelType => "olmo3";

    public ModelConfig Read(ConfigReader json)
    {
        ModelConfig config = OlmoFamily.Read(json, hasWindows: true);
        LayerRope? unscaled = config.RopeScaling == RopeScaling.None ? null : new(config.RopeTheta, RopeScaling.None);
        return (config with { WindowedRope = config.WindowedRope ?? unscaled })
            .With(json, json.OptionalSize("sliding_window", SlidingWindow), layer => (layer + 1) % Period != 0);
    }
}
