namespace Homer.Engine.Models.Families;

/// <summary>Ministral 3: Mistral whose queries grow with their position, beyond the window that YaRN begins from.</summary>
internal sealed class Ministral3Family : IModelFamily
{
    public string Name => "Ministral 3";

    public string Architecture => "Ministral3ForCausalLM";

    public string ModelType => "ministral3";

    public ModelConfig Read(ConfigReader json)
    {
        ConfigReader? rope = json.Object("rope_parameters");
        json.Require(rope is not null, "it lacks rope_parameters, which say how its queries and positions are scaled");
        double? beta = rope!.OptionalNumber("llama_4_scaling_beta");
        QueryGrowth? growth = beta is null ? null : new(beta.Value, rope.Size("original_max_position_embeddings"));
        var shared = new DenseDecoder { Window = 262144, KvHeads = 8, HeadDim = 128, RmsNormEpsilon = 1e-5, HasWindows = true };
        return (shared.Read(json) with { QueryGrowth = growth }).With(json, json.OptionalSize("sliding_window"), _ => true);
    }
}
