using System.Text.Json.Nodes;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>Writes the keys of a GGUF file from a config.json, as llama.cpp's converter does.</summary>
internal static class GgufConversionKeys
{
    /// <summary>Writes all keys of an architecture.</summary>
    public static void Write(EditableGguf file, string architecture, JsonObject config)
    {
        int headDim = GgufConversion.HeadDim(config), layers = config["num_hidden_layers"]!.GetValue<int>();
        Copy("num_hidden_layers", "block_count");
        Copy("max_position_embeddings", "context_length");
        Copy("hidden_size", "embedding_length");
        Copy("intermediate_size", "feed_forward_length");
        Copy("num_attention_heads", "attention.head_count");
        Copy("num_key_value_heads", "attention.head_count_kv");
        CopyNumber("rms_norm_eps", "attention.layer_norm_rms_epsilon");
        Count("attention.key_length", headDim);
        Count("attention.value_length", headDim);
        // Qwen's files say by another setting whether the window counts.
        if (!architecture.StartsWith("qwen", StringComparison.Ordinal))
            Copy("sliding_window", "attention.sliding_window");
        JsonObject? rope = (config["rope_parameters"] ?? config["rope_scaling"])?.AsObject();
        if ((config["rope_theta"] ?? rope?["rope_theta"]) is { } theta)
            Number("rope.freq_base", theta.GetValue<double>());
        double part = config["partial_rotary_factor"]?.GetValue<double>() ?? 1;
        Count("rope.dimension_count", (int)(headDim * part));
        WriteScaling(file, architecture, config, rope);
        switch (architecture)
        {
            case "granite":
                CopyNumber("attention_multiplier", "attention.scale");
                CopyNumber("embedding_multiplier", "embedding_scale");
                CopyNumber("residual_multiplier", "residual_scale");
                CopyNumber("logits_scaling", "logit_scale");
                break;
            case "gemma2":
                CopyNumber("attn_logit_softcapping", "attn_logit_softcapping");
                CopyNumber("final_logit_softcapping", "final_logit_softcapping");
                break;
            case "gemma3":
                CopyNumber("rope_local_base_freq", "rope.freq_base_swa");
                break;
            case "olmo2" when config["layer_types"] is JsonArray types:
                byte[] flags = [.. types.Select(type => (byte)(type!.GetValue<string>() == "sliding_attention" ? 1 : 0))];
                byte[] head = [7, 0, 0, 0, .. BitConverter.GetBytes((ulong)layers)];
                file.Set($"{architecture}.attention.sliding_window_pattern", 9, [.. head, .. flags]);
                break;
        }

        void Count(string key, int value) => file.Set($"{architecture}.{key}", (uint)value);

        void Number(string key, double value) => file.Set($"{architecture}.{key}", (float)value);

        void Copy(string name, string key)
        {
            if (config[name] is { } value)
                Count(key, value.GetValue<int>());
        }

        void CopyNumber(string name, string key)
        {
            if (config[name] is { } value)
                Number(key, value.GetValue<double>());
        }
    }

    private static void WriteScaling(EditableGguf file, string architecture, JsonObject config, JsonObject? rope)
    {
        string prefix = $"{architecture}.rope.scaling.";
        int window = config["max_position_embeddings"]!.GetValue<int>();
        int original = (rope?["original_max_position_embeddings"] ?? config["original_max_position_embeddings"])?.GetValue<int>() ?? window;
        double? factor = rope?["factor"]?.GetValue<double>();
        switch ((rope?["rope_type"] ?? rope?["type"])?.GetValue<string>())
        {
            case "linear":
                file.Set(prefix + "type", "linear");
                file.Set(prefix + "factor", (float)factor!);
                break;
            case "yarn":
                file.Set(prefix + "type", "yarn");
                file.Set(prefix + "factor", (float)factor!);
                file.Set(prefix + "original_context_length", (uint)original);
                // The format multiplies YaRN's own factor, and config.json replaces it.
                if (rope!["attention_factor"]?.GetValue<double>() is { } attention)
                    file.Set(prefix + "attn_factor", (float)(attention / (1 + (0.1 * Math.Log(factor!.Value)))));
                if (rope["mscale_all_dim"]?.GetValue<double>() is { } logarithm)
                    file.Set(prefix + "yarn_log_multiplier", (float)logarithm);
                if (rope["llama_4_scaling_beta"]?.GetValue<double>() is { } beta)
                    file.Set($"{architecture}.attention.temperature_scale", (float)beta);
                break;
            case "longrope":
                file.Set(prefix + "original_context_length", (uint)original);
                file.Set(prefix + "attn_factor", (float)Math.Sqrt(1 + (Math.Log((double)window / original) / Math.Log(original))));
                AddFactors("long");
                AddFactors("short");
                break;
        }

        void AddFactors(string length)
        {
            float[] factors = [.. rope![$"{length}_factor"]!.AsArray().Select(factor => (float)factor!.GetValue<double>())];
            file.Tensors.Add(($"rope_factors_{length}.weight", [(ulong)factors.Length], 0, [.. factors.SelectMany(BitConverter.GetBytes)]));
        }
    }
}
