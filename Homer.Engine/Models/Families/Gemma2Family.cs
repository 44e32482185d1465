namespace Homer.Engine.Models.Families;

/// <summary>
/// Gemma 2: norms before and after attention and MLP, bounded scores and logits, and a sliding window in every other layer, from the first
/// on.
/// </summary>
internal sealed class Gemma2Family : IModelFamily
{
    // The class's defaults. The files of the first days name the window otherwise.
    private const int SlidingWindow = 4096;
    private const double ScoreCap = 50;
    private const double LogitCap = 30;

    public string Name => "Gemma 2";

    public string Architecture => "Gemma2ForCausalLM";

    public string ModelType => "gemma2";

    public ModelConfig Read(ConfigReader json)
    {
        int? window = json.OptionalSize("sliding_window", json.OptionalSize("sliding_window_size", SlidingWindow));
        ModelConfig config = GemmaFamily.Read(json, new() { Window = 8192, KvHeads = 4, HeadDim = 256, HasWindows = true });
        config = WithGemmaNorms(config, json) with
        {
            AttentionSoftCap = (float)(json.OptionalNumber("attn_logit_softcapping", ScoreCap) ?? 0),
            LogitSoftCap = (float)(json.OptionalNumber("final_logit_softcapping", LogitCap) ?? 0),
        };
        return config.With(json, window, layer => layer % 2 == 0);
    }

    /// <summary>Sets what Gemma 2 and 3 share: the norms of inputs and outputs, and the scale of scores.</summary>
    public static ModelConfig WithGemmaNorms(ModelConfig config, ConfigReader json) => config with
    {
        Norms = NormPlacement.Both,
        AttentionScale = 1 / Math.Sqrt(json.Number("query_pre_attn_scalar", 256)),
        Tensors = new() { MlpNorm = "pre_feedforward_layernorm" },
    };
}
