namespace Homer.Engine.Models.Families;

/// <summary>OLMo 2: norms of the outputs of attention and MLP instead of their inputs, and of the whole rows of queries and keys.</summary>
internal sealed class OlmoFamily : IModelFamily
{
    public string Name => "OLMo 2";

    public string Architecture => "Olmo2ForCausalLM";

    public string ModelType => "olmo2";

    public ModelConfig Read(ConfigReader json) => Read(json, hasWindows: false);

    /// <summary>Reads the settings that OLMo 2 and 3 share.</summary>
    public static ModelConfig Read(ConfigReader json, bool hasWindows)
    {
        bool bias = json.Flag("attention_bias");
        return new DenseDecoder { RmsNormEpsilon = 1e-5, HasWindows = hasWindows }.Read(json) with
        {
            QkvBias = bias,
            OutputBias = bias,
            Norms = NormPlacement.After,
            QueryKeyNorms = QueryKeyNorm.Row,
        };
    }
}
