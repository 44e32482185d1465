using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>Tells settings of a config.json that may change results from those that do not, by their names.</summary>
internal static class SettingNames
{
    private static readonly string[] RelevantWords =
    [
        "rope", "rotary", "attn", "attention", "window", "head", "softcap", "logit_scale", "logits_scaling", "embedding_multiplier",
        "residual_multiplier",
    ];

    // Settings with such a word that do not change what a finished model computes: dropout of training, and choices of an implementation.
    private static readonly HashSet<string> Harmless =
    [
        "attention_dropout", "attention_probs_dropout_prob", "attn_dropout", "attn_pdrop",
        "attn_implementation", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation_internal",
        "_flash_attn_2_enabled", "use_flash_attn", "use_flash_attention", "output_attentions",
        "pruned_heads",
    ];

    // Settings that change nothing where they are false.
    private static readonly HashSet<string> HarmlessIfFalse = ["rope_interleaved"];

    /// <summary>Returns true if a setting that no family reads may change results.</summary>
    public static bool LooksRelevant(string name, JsonElement value) =>
        RelevantWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        && !Harmless.Contains(name)
        && !(value.ValueKind == JsonValueKind.False && HarmlessIfFalse.Contains(name))
        && !IsNoBound(value);

    /// <summary>Returns true for a bound at infinity, which bounds nothing; Python writes {"__float__": "Infinity"}, too.</summary>
    public static bool IsNoBound(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is PythonNumbers.Infinity or PythonNumbers.MinusInfinity,
        JsonValueKind.Object => value.EnumerateObject().Count() == 1 && value.TryGetProperty("__float__", out JsonElement number)
            && IsNoBound(number),
        _ => false,
    };
}
