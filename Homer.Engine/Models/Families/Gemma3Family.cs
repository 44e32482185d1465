namespace Homer.Engine.Models.Families;

/// <summary>
/// Gemma 3, the text part: Gemma 2 with norms of queries and keys instead of bounds, and five layers with a sliding window to one without;
/// the former rotate by a base of their own and are not scaled.
/// </summary>
internal sealed class Gemma3Family : IModelFamily
{
    // The class's defaults.
    private const int SlidingWindow = 4096;
    private const int Period = 6;
    private const double WindowedTheta = 10000;

    public string Name => "Gemma 3";

    public string Architecture => "Gemma3ForCausalLM";

    public string ModelType => "gemma3_text";

    public ModelConfig Read(ConfigReader json)
    {
        double theta = json.Number("rope_local_base_freq", WindowedTheta);
        int period = json.Size("sliding_window_pattern", json.OptionalSize("_sliding_window_pattern") ?? Period);
        var shared = new DenseDecoder
        {
            Window = 131072,
            Heads = 8,
            KvHeads = 4,
            HeadDim = 256,
            VocabularySize = 262208,
            RopeTheta = 1e6,
            HasWindows = true,
        };
        ModelConfig config = GemmaFamily.Read(json, shared);
        config = Gemma2Family.WithGemmaNorms(config, json) with
        {
            QueryKeyNorms = QueryKeyNorm.Head,
            WindowedRope = config.WindowedRope ?? new(theta, RopeScaling.None),
            AttentionSoftCap = (float)(json.OptionalNumber("attn_logit_softcapping") ?? 0),
            LogitSoftCap = (float)(json.OptionalNumber("final_logit_softcapping") ?? 0),
        };
        return config.With(json, json.OptionalSize("sliding_window", SlidingWindow), layer => (layer + 1) % period != 0);
    }
}
