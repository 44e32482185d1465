namespace Homer.Engine.Models.Families;

/// <summary>Seed-OSS: Llama with a head_dim of its own, and biases of queries, keys and values.</summary>
internal sealed class SeedOssFamily : IModelFamily
{
    public string Name => "Seed-OSS";

    public string Architecture => "SeedOssForCausalLM";

    public string ModelType => "seed_oss";

    public ModelConfig Read(ConfigReader json) => new DenseDecoder { Window = 524288, KvHeads = 8, HeadDim = 128 }.Read(json) with
    {
        QkvBias = json.Flag("attention_bias", true),
        OutputBias = json.Flag("attention_out_bias"),
        MlpBias = json.Flag("mlp_bias"),
    };
}
