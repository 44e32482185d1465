using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;

namespace Homer.Tests.Models.Families;

/// <summary>
/// Settings of tiny models, in which every setting that a family reads has a value; their weights are random. The tests that change
/// settings begin from them.
/// </summary>
internal static class FamilySettings
{
    private const string Shape = """
        "hidden_size":32,"intermediate_size":48,"num_hidden_layers":4,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":8,
        "vocab_size":64,"max_position_embeddings":64,"rms_norm_eps":1e-5,"tie_word_embeddings":false,"bos_token_id":1,"eos_token_id":[2,3],
        "pad_token_id":0,"initializer_range":0.02,"use_cache":true,"attention_dropout":0.0
        """;

    private const string Silu = "\"hidden_act\":\"silu\",\"rope_theta\":10000.0";
    private const string NoTheta = "\"hidden_act\":\"silu\"";
    private const string Mixed = "\"layer_types\":[\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"full_attention\"]";
    private const string Gemma = "\"hidden_activation\":\"gelu_pytorch_tanh\",\"attention_bias\":true,\"rope_theta\":1000.0";

    private const string Yarn = """
        "rope_type":"yarn","rope_theta":10.0,"factor":4.0,"original_max_position_embeddings":16,"beta_fast":2.0,"beta_slow":0.5,
        "truncate":false
        """;

    private const string Mistral = "\"rope_parameters\":{" + Yarn + """
        ,"type":"yarn","mscale":1.2,"mscale_all_dim":0.6,"llama_4_scaling_beta":0.5,"max_position_embeddings":64}
        """;

    private static readonly Dictionary<string, string> Texts = new()
    {
        ["llama"] = Of("Llama", "llama", Silu, "\"attention_bias\":true,\"mlp_bias\":true"),
        ["llama-linear"] = Of("Llama", "llama", Silu, """ "rope_scaling":{"type":"linear","factor":2.0} """),
        ["llama-ntk"] = Of("Llama", "llama", Silu, """ "rope_scaling":{"type":"ntk","factor":2.0} """),
        ["llama-dynamic"] = Of(
            "Llama", "llama", Silu, """ "rope_scaling":{"type":"dynamic","factor":2.0,"original_max_position_embeddings":16} """),
        ["llama-yarn"] = Of("Llama", "llama", NoTheta, $$""" "rope_scaling":{ {{Yarn}} } """),
        ["llama-yarn-attention"] = Of("Llama", "llama", NoTheta, $$""" "rope_scaling":{ {{Yarn}},"attention_factor":1.3} """),
        ["llama3"] = Of("Llama", "llama", Silu, """
            "rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,
            "original_max_position_embeddings":16}
            """),
        ["llama3-parameters"] = Of("Llama", "llama", NoTheta, """
            "rope_parameters":{"rope_type":"llama3","rope_theta":5e5,"partial_rotary_factor":0.5,"factor":8,"low_freq_factor":1,
            "high_freq_factor":4,"original_max_position_embeddings":16}
            """),
        ["mistral"] = Of("Mistral", "mistral", Silu, "\"sliding_window\":8"),
        ["mistral-image"] = $$"""
            {"architectures":["Mistral3ForConditionalGeneration"],"model_type":"mistral3","vision_config":{"hidden_size":8},
            "text_config":{"model_type":"ministral3",{{Shape}},"hidden_act":"silu","sliding_window":8,{{Mistral}} } }
            """,
        ["qwen2"] = Of("Qwen2", "qwen2", Silu, "\"use_sliding_window\":true,\"sliding_window\":8,\"max_window_layers\":2"),
        ["qwen2-types"] = Of("Qwen2", "qwen2", Silu, "\"use_sliding_window\":true,\"sliding_window\":8," + Mixed),
        ["qwen3"] = Of("Qwen3", "qwen3", Silu, "\"attention_bias\":true"),
        ["phi3"] = Of("Phi3", "phi3", Silu, """
            "partial_rotary_factor":0.5,"sliding_window":8,"original_max_position_embeddings":16,
            "rope_scaling":{"type":"longrope","short_factor":[1.0,1.1],"long_factor":[1.3,2.1]}
            """),
        ["smollm3"] = Of("SmolLM3", "smollm3", Silu, """
            "attention_bias":true,"mlp_bias":true,"no_rope_layer_interval":2,"use_sliding_window":true,"sliding_window":8
            """),
        ["smollm3-layers"] = Of("SmolLM3", "smollm3", Silu, "\"no_rope_layers\":[1,0,1,1]"),
        ["granite"] = Of("Granite", "granite", Silu, """
            "attention_bias":true,"mlp_bias":true,"embedding_multiplier":3.0,"attention_multiplier":0.11,"residual_multiplier":0.4,
            "logits_scaling":2.5
            """),
        ["olmo2"] = Of("Olmo2", "olmo2", Silu, "\"attention_bias\":true"),
        ["olmo3"] = Of("Olmo3", "olmo3", Silu, "\"attention_bias\":true,\"sliding_window\":8"),
        ["gemma"] = Of("Gemma", "gemma", Gemma),
        ["gemma2"] = Of("Gemma2", "gemma2", Gemma, """
            "sliding_window":8,"query_pre_attn_scalar":24,"attn_logit_softcapping":0.05,"final_logit_softcapping":0.5
            """),
        ["gemma3"] = Of("Gemma3", "gemma3_text", Gemma, """
            "sliding_window":8,"sliding_window_pattern":3,"rope_local_base_freq":10000.0,"query_pre_attn_scalar":24
            """),
        ["gemma3-parameters"] = Of("Gemma3", "gemma3_text", "\"hidden_activation\":\"gelu_pytorch_tanh\"", """
            "sliding_window":8,"query_pre_attn_scalar":24,"rope_parameters":{
            "full_attention":{"rope_type":"linear","factor":8.0,"rope_theta":1e6},
            "sliding_attention":{"rope_type":"linear","factor":2.0,"rope_theta":10000.0}}
            """, Mixed),
        ["gemma3-image"] = $$"""
            {"architectures":["Gemma3ForConditionalGeneration"],"model_type":"gemma3","vision_config":{"hidden_size":8},
            "text_config":{"model_type":"gemma3_text",{{Shape}},{{Gemma}},"sliding_window":8,"sliding_window_pattern":3,
            "query_pre_attn_scalar":24} }
            """,
        ["ministral3"] = Of("Ministral3", "ministral3", "\"hidden_act\":\"silu\"", "\"sliding_window\":8", Mistral),
        ["seed-oss"] = Of("SeedOss", "seed_oss", Silu, "\"attention_bias\":true,\"attention_out_bias\":true,\"mlp_bias\":true"),
    };

    /// <summary>The names of the models.</summary>
    public static IReadOnlyCollection<string> Names => Texts.Keys;

    /// <summary>Returns the config.json of a model.</summary>
    public static JsonObject Settings(string name) => JsonNode.Parse(Texts[name])!.AsObject();

    /// <summary>Returns the logits [ids, vocabulary] that settings lead to, with random weights that depend on shapes alone.</summary>
    /// <exception cref="HomerException">The settings are refused.</exception>
    public static float[] Logits(ComputeDevice device, JsonNode settings)
    {
        const int Ids = 40;
        using var json = JsonDocument.Parse(settings.ToJsonString());
        var config = ModelConfig.Read("config.json", json.RootElement);
        using var model = TransformerModel.Random(config, SafetensorsType.F32, device);
        int[] ids = [.. Enumerable.Range(0, Ids).Select(i => ((i * 7) + 3) % config.VocabularySize)];
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, Ids, textLength: Ids);
        var logits = new List<float>();
        context.Append(ids, observe: logits.AddRange);
        return [.. logits];
    }

    private static string Of(string architecture, string modelType, params string[] settings) =>
        $$"""{"architectures":["{{architecture}}ForCausalLM"],"model_type":"{{modelType}}",{{Shape}},{{string.Join(',', settings)}}}""";
}
