using System.Text.Json.Nodes;
using Homer.Engine.Models.Families;

namespace Homer.Engine.Models.Gguf;

/// <summary>
/// An architecture of GGUF files: the family of its models, and how its keys become that family's settings. What the format does not hold
/// is a convention of the architecture.
/// </summary>
/// <param name="Name">The value of general.architecture.</param>
/// <param name="ModelType">The family's model_type.</param>
/// <param name="Class">The family's class in architectures.</param>
internal sealed record GgufArchitecture(string Name, string ModelType, string Class)
{
    /// <summary>
    /// True if the file has the rows of each head of queries and keys in pairs that rotate together, element i beside i + head_dim / 2, as
    /// the original Llama's weights had them.
    /// </summary>
    public bool HasPairedRows { get; init; }

    /// <summary>The number that files have added to the weights of norms.</summary>
    public float AddedToNorms { get; init; }

    /// <summary>The family's name, for people.</summary>
    public string Family => ModelFamilies.All.Single(family => family.Architecture == Class).Name;

    /// <summary>The name of the norm of the MLP's input.</summary>
    public string MlpNorm { get; init; } = "ffn_norm";

    /// <summary>Adds the settings that only this architecture has.</summary>
    public Action<GgufSettings, JsonObject> Extend { get; init; } = (_, _) => { };

    /// <summary>Every architecture that Homer knows.</summary>
    public static IReadOnlyList<GgufArchitecture> All { get; } =
    [
        // Llama, and Mistral, SmolLM 1 and 2 and others that compute the same.
        new("llama", "llama", "LlamaForCausalLM") { HasPairedRows = true, Extend = Llama },
        new("mistral3", "ministral3", "Ministral3ForCausalLM") { HasPairedRows = true, Extend = Ministral },
        new("qwen2", "qwen2", "Qwen2ForCausalLM"),
        new("qwen3", "qwen3", "Qwen3ForCausalLM"),
        new("phi3", "phi3", "Phi3ForCausalLM") { Extend = Phi },
        new("smollm3", "smollm3", "SmolLM3ForCausalLM") { HasPairedRows = true, Extend = (_, json) => json["no_rope_layer_interval"] = 4 },
        new("granite", "granite", "GraniteForCausalLM") { HasPairedRows = true, Extend = Granite },
        new("olmo2", "olmo2", "Olmo2ForCausalLM") { Extend = Olmo },
        new("gemma", "gemma", "GemmaForCausalLM") { AddedToNorms = 1, Extend = (_, json) => Gelu(json) },
        new("gemma2", "gemma2", "Gemma2ForCausalLM") { AddedToNorms = 1, Extend = Gemma2 },
        new("gemma3", "gemma3_text", "Gemma3ForCausalLM") { AddedToNorms = 1, Extend = Gemma3 },
        new("seed_oss", "seed_oss", "SeedOssForCausalLM") { MlpNorm = "post_attention_norm" },
    ];

    // A Llama with a window is a Mistral.
    private static void Llama(GgufSettings keys, JsonObject json)
    {
        Window(keys, json);
        if (json.ContainsKey("sliding_window"))
            (json["model_type"], json["architectures"]) = ("mistral", new JsonArray("MistralForCausalLM"));
    }

    private static void Gelu(JsonObject json)
    {
        json.Remove("hidden_act");
        json["hidden_activation"] = "gelu_pytorch_tanh";
    }

    private static void Window(GgufSettings keys, JsonObject json)
    {
        if (keys.OptionalInteger("attention.sliding_window") is > 0 and long window)
            json["sliding_window"] = window;
    }

    // The class has the length that LongRoPE extends beside rope_scaling.
    private static void Phi(GgufSettings keys, JsonObject json)
    {
        Window(keys, json);
        if (json["rope_scaling"]?["original_max_position_embeddings"] is { } original)
            json["original_max_position_embeddings"] = original.DeepClone();
    }

    private static void Granite(GgufSettings keys, JsonObject json)
    {
        Copy("attention.scale", "attention_multiplier");
        Copy("embedding_scale", "embedding_multiplier");
        Copy("residual_scale", "residual_multiplier");
        Copy("logit_scale", "logits_scaling");

        void Copy(string key, string name)
        {
            if (keys.OptionalNumber(key) is { } number)
                json[name] = number;
        }
    }

    // OLMo 3 is OLMo 2 with windows.
    private static void Olmo(GgufSettings keys, JsonObject json)
    {
        Window(keys, json);
        if (!json.ContainsKey("sliding_window"))
            return;
        json["model_type"] = "olmo3";
        json["architectures"] = new JsonArray("Olmo3ForCausalLM");
        json["layer_types"] = LayerTypes(keys, json, every: 4);
    }

    private static void Gemma2(GgufSettings keys, JsonObject json)
    {
        Gelu(json);
        Window(keys, json);
        json["attn_logit_softcapping"] = keys.OptionalNumber("attn_logit_softcapping") ?? 50;
        json["final_logit_softcapping"] = keys.OptionalNumber("final_logit_softcapping") ?? 30;
        json["layer_types"] = LayerTypes(keys, json, every: 2);
        // The largest, of 27 billion parameters, scales by the width that heads would have without a head_dim of their own.
        const int LayersOfLargest = 46;
        ScaleQueries(json, LayersOfLargest);
    }

    private static void Gemma3(GgufSettings keys, JsonObject json)
    {
        Gelu(json);
        Window(keys, json);
        json["rope_local_base_freq"] = keys.OptionalNumber("rope.freq_base_swa") ?? 10000;
        json["layer_types"] = LayerTypes(keys, json, every: 6);
        const int LayersOfLargest = 62;
        ScaleQueries(json, LayersOfLargest);
    }

    private static void ScaleQueries(JsonObject json, int layersOfLargest)
    {
        long perHead = json["hidden_size"]!.GetValue<long>() / json["num_attention_heads"]!.GetValue<long>();
        bool isLargest = json["num_hidden_layers"]!.GetValue<long>() == layersOfLargest;
        json["query_pre_attn_scalar"] = isLargest ? perHead : json["head_dim"]!.GetValue<long>();
    }

    /// <summary>
    /// Returns the types of all layers: by the file's pattern, a list of flags or the number of layers of which the last is global; or else
    /// by the architecture's number.
    /// </summary>
    private static JsonArray LayerTypes(GgufSettings keys, JsonObject json, int every)
    {
        const string Pattern = "attention.sliding_window_pattern";
        long layers = json["num_hidden_layers"]!.GetValue<long>(), interval = every;
        IReadOnlyList<long>? slides = keys.OptionalList(Pattern);
        if (slides is not null && slides.Count != layers)
            throw keys.Invalid(Pattern, $"has {slides.Count} entries for {layers} layers");
        if (slides is null)
            interval = keys.OptionalInteger(Pattern) is > 0 and long own ? own : every;
        var types = new JsonArray();
        for (int layer = 0; layer < layers; layer++)
        {
            bool isSliding = slides is null ? (layer + 1) % interval != 0 : slides[layer] != 0;
            types.Add(isSliding ? "sliding_attention" : "full_attention");
        }

        return types;
    }

    // The family has the scale of queries among the settings of positions.
    private static void Ministral(GgufSettings keys, JsonObject json)
    {
        Window(keys, json);
        JsonObject rope = (json["rope_scaling"] as JsonObject)?.DeepClone().AsObject() ?? new() { ["rope_type"] = "default" };
        json.Remove("rope_scaling");
        rope["rope_theta"] = json["rope_theta"]!.DeepClone();
        json.Remove("rope_theta");
        if (keys.OptionalNumber("attention.temperature_scale") is > 0 and var scale)
        {
            rope["llama_4_scaling_beta"] = scale;
            rope["original_max_position_embeddings"] ??= json["max_position_embeddings"]!.DeepClone();
        }

        json["rope_parameters"] = rope;
    }
}
