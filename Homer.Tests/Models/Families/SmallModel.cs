using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Models;
using Homer.Engine.Models.Families;
using Homer.Engine.Weights;
using Homer.Kernels.Weights;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>
/// A small random model of each family, with the settings in which it differs from the others, in a folder or a GGUF file. The test makes
/// it, so that no reference data is needed.
/// </summary>
internal static class SmallModel
{
    /// <summary>The forms in which a model is held: weights of a folder, or a GGUF file.</summary>
    public static readonly string[] Forms = ["f32", "f16", "bf16", "int8", "gguf-f32", "gguf-bf16", "gguf-q8_0"];

    private const string Shared =
        """
        {"hidden_size":64,"intermediate_size":96,"num_hidden_layers":4,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":96,
        "rms_norm_eps":1e-5,"max_position_embeddings":64,"tie_word_embeddings":false,"eos_token_id":2,"rope_theta":10000.0}
        """;

    // What each family has beside the settings that all share.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["LlamaForCausalLM"] = """{"attention_bias":true,"mlp_bias":true,"rope_scaling":{"rope_type":"linear","factor":2.0}}""",
        ["MistralForCausalLM"] = """{"head_dim":32,"sliding_window":12}""",
        ["Ministral3ForCausalLM"] =
            """
            {"head_dim":16,"sliding_window":null,"rope_theta":null,
            "rope_parameters":{"rope_type":"yarn","rope_theta":1000000.0,"factor":4.0,
            "original_max_position_embeddings":16,"mscale":1.0,"mscale_all_dim":1.0,"llama_4_scaling_beta":0.5}}
            """,
        ["Qwen2ForCausalLM"] =
            """{"rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":16},"sliding_window":null}""",
        ["Qwen3ForCausalLM"] = """{"head_dim":32,"tie_word_embeddings":true,"sliding_window":null}""",
        ["Phi3ForCausalLM"] =
            """
            {"partial_rotary_factor":0.5,"sliding_window":20,"original_max_position_embeddings":16,
            "rope_scaling":{"type":"longrope","short_factor":[1.0,1.02,1.05,1.1],"long_factor":[1.3,2.1,3.7,5.5]}}
            """,
        ["SmolLM3ForCausalLM"] = """{"no_rope_layer_interval":4,"tie_word_embeddings":true}""",
        ["GraniteForCausalLM"] =
            """{"embedding_multiplier":3.0,"attention_multiplier":0.11,"residual_multiplier":0.4,"logits_scaling":2.5}""",
        ["Olmo2ForCausalLM"] = "{}",
        ["Olmo3ForCausalLM"] =
            """
            {"sliding_window":12,"layer_types":["sliding_attention","sliding_attention","sliding_attention","full_attention"],
            "rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":16,"attention_factor":1.2}}
            """,
        ["GemmaForCausalLM"] = """{"head_dim":32,"tie_word_embeddings":true}""",
        ["Gemma2ForCausalLM"] =
            """
            {"head_dim":32,"tie_word_embeddings":true,"sliding_window":12,"query_pre_attn_scalar":32,"attn_logit_softcapping":8.0,
            "final_logit_softcapping":5.0}
            """,
        ["Gemma3ForCausalLM"] =
            """
            {"head_dim":32,"tie_word_embeddings":true,"sliding_window":12,"query_pre_attn_scalar":32,"num_hidden_layers":6,
            "rope_local_base_freq":1000.0,"rope_scaling":{"rope_type":"linear","factor":2.0}}
            """,
        ["SeedOssForCausalLM"] = """{"head_dim":32,"attention_bias":true,"attention_out_bias":true}""",
    };

    /// <summary>The classes of all families.</summary>
    public static IReadOnlyCollection<string> Families => Settings.Keys;

    /// <summary>Returns the config.json of a family's small model.</summary>
    public static JsonObject Config(string family)
    {
        JsonObject config = JsonNode.Parse(Shared)!.AsObject();
        foreach ((string name, JsonNode? value) in JsonNode.Parse(Settings[family])!.AsObject())
            config[name] = value?.DeepClone();
        config["architectures"] = new JsonArray(family);
        config["model_type"] = ModelFamilies.All.Single(known => known.Architecture == family).ModelType;
        return config;
    }

    /// <summary>Returns random tensors of a model; norms and biases differ from element to element.</summary>
    public static IReadOnlyList<SmallTensor> Tensors(JsonObject json)
    {
        using JsonDocument document = JsonDocument.Parse(json.ToJsonString());
        ModelConfig config = ModelConfig.Read("config.json", document.RootElement);
        var random = new Random(11);
        return [.. new ModelTensors(config).All.DistinctBy(part => part.Name).Select(Make)];

        SmallTensor Make(TensorSpec spec)
        {
            int count = (int)spec.FileShape.Aggregate((a, b) => a * b);
            bool isNorm = spec.Name.EndsWith("norm.weight", StringComparison.Ordinal);
            if (spec.Columns is { } columns)
                return new(spec.Name, spec.FileShape, random.Normal(count, 1.5 / Math.Sqrt(columns)));
            // Every type holds these numbers exactly, also where a file adds 1.
            float mean = isNorm ? 1 - config.NormOffset : 0;
            float[] values = random.Normal(count, 0.2);
            return new(spec.Name, spec.FileShape, Array.ConvertAll(values, value => mean + (MathF.Round(value * 32) / 32)));
        }
    }

    /// <summary>Writes a family's model in one of <see cref="Forms"/>.</summary>
    /// <returns>The path to open, and how its weights are to be held.</returns>
    public static (string Path, WeightPrecision Precision) Save(string family, string form, TemporaryFolder folder)
    {
        JsonObject config = Config(family);
        IReadOnlyList<SmallTensor> tensors = Tensors(config);
        WeightType type = form[(form.IndexOf('-', StringComparison.Ordinal) + 1)..] switch
        {
            "f16" => WeightType.Float16,
            "bf16" => WeightType.BFloat16,
            "q8_0" => WeightType.Q80,
            _ => WeightType.Float32,
        };
        if (form.StartsWith("gguf", StringComparison.Ordinal))
            return (GgufConversion.Of(config, tensors, type).Save(folder[$"{form}.gguf"]), WeightPrecision.Stored);
        folder.With("config.json", config.ToJsonString());
        SafetensorsWriter.Write(folder["model.safetensors"], null, tensors.Select(tensor => tensor.ToPart(type)));
        return (folder.Path, form == "int8" ? WeightPrecision.Int8 : WeightPrecision.Stored);
    }
}
