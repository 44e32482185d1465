namespace Homer.Engine.Models;

/// <summary>The names of a family's tensors in its files. The defaults are Llama's; a family overrides those that differ.</summary>
internal sealed record TensorNames
{
    /// <summary>The names that Llama uses, and most families after it.</summary>
    public static TensorNames Llama { get; } = new();

    public string Embedding { get; init; } = "model.embed_tokens";

    public string FinalNorm { get; init; } = "model.norm";

    public string Head { get; init; } = "lm_head";

    /// <summary>The prefix of a layer's tensors; {0} is the index of the layer.</summary>
    public string Layer { get; init; } = "model.layers.{0}.";

    public string AttentionNorm { get; init; } = "input_layernorm";

    public string Query { get; init; } = "self_attn.q_proj";

    public string Key { get; init; } = "self_attn.k_proj";

    public string Value { get; init; } = "self_attn.v_proj";

    /// <summary>The tensor whose rows are those of query, key and value one after another, where a family fuses them.</summary>
    public string? FusedQkv { get; init; }

    public string QueryNorm { get; init; } = "self_attn.q_norm";

    public string KeyNorm { get; init; } = "self_attn.k_norm";

    public string Output { get; init; } = "self_attn.o_proj";

    public string AttentionOutputNorm { get; init; } = "post_attention_layernorm";

    public string MlpNorm { get; init; } = "post_attention_layernorm";

    public string Gate { get; init; } = "mlp.gate_proj";

    public string Up { get; init; } = "mlp.up_proj";

    /// <summary>The tensor whose rows are those of gate and up one after another, where a family fuses them.</summary>
    public string? FusedGateUp { get; init; }

    public string Down { get; init; } = "mlp.down_proj";

    public string MlpOutputNorm { get; init; } = "post_feedforward_layernorm";
}
