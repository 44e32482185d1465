namespace Homer.Engine.Models.Families;

/// <summary>Phi-3, 3.5 and 4-mini: fused projections; longrope; 4-mini rotates a part of each head; 3-mini-4k has a window.</summary>
internal sealed class PhiFamily : IModelFamily
{
    public string Name => "Phi-3";

    public string Architecture => "Phi3ForCausalLM";

    public string ModelType => "phi3";

    public ModelConfig Read(ConfigReader json)
    {
        ModelConfig config = new DenseDecoder { Window = 4096, RmsNormEpsilon = 1e-5, HasWindows = true }.Read(json) with
        {
            Tensors = new() { FusedQkv = "self_attn.qkv_proj", FusedGateUp = "mlp.gate_up_proj" },
        };
        json.Require(!json.Flag("attention_bias"), "it asks for biases in fused projections (attention_bias), which Homer does not know");
        return config.With(json, json.OptionalSize("sliding_window"), _ => true);
    }
}
