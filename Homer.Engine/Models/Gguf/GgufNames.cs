using System.Globalization;

namespace Homer.Engine.Models.Gguf;

/// <summary>The names of tensors in GGUF files, and those that a family has for the same tensors.</summary>
internal sealed class GgufNames
{
    private const string LayerPrefix = "blk.";

    private readonly string layerName;
    private readonly Dictionary<string, string> parts = [];
    private readonly Dictionary<string, string> others = [];

    /// <summary>Creates the names of a model.</summary>
    /// <param name="config">The model; a tensor that it does not have gets no name of its family.</param>
    /// <param name="mlpNorm">The name that files have for the norm of the MLP's input.</param>
    public GgufNames(ModelConfig config, string mlpNorm)
    {
        TensorNames names = config.Tensors;
        bool hasBefore = config.Norms != NormPlacement.After, hasAfter = config.Norms != NormPlacement.Before;
        layerName = names.Layer;
        Add(others, "token_embd", names.Embedding);
        Add(others, "output_norm", names.FinalNorm);
        Add(others, "output", names.Head);
        Add(parts, "attn_norm", hasBefore ? names.AttentionNorm : null);
        Add(parts, "attn_q", names.Query);
        Add(parts, "attn_k", names.Key);
        Add(parts, "attn_v", names.Value);
        Add(parts, "attn_qkv", names.FusedQkv);
        Add(parts, "attn_q_norm", names.QueryNorm);
        Add(parts, "attn_k_norm", names.KeyNorm);
        Add(parts, "attn_output", names.Output);
        Add(parts, "post_attention_norm", hasAfter ? names.AttentionOutputNorm : null);
        Add(parts, mlpNorm, hasBefore ? names.MlpNorm : null);
        Add(parts, "ffn_gate", names.Gate);
        Add(parts, "ffn_up", names.FusedGateUp ?? names.Up);
        Add(parts, "ffn_down", names.Down);
        Add(parts, "post_ffw_norm", hasAfter ? names.MlpOutputNorm : null);
    }

    /// <summary>Returns whether a tensor projects to queries or keys, or is the bias of that projection.</summary>
    public static bool IsQueryOrKey(string name) =>
        name.Contains(".attn_q.", StringComparison.Ordinal) || name.Contains(".attn_k.", StringComparison.Ordinal);

    /// <summary>Returns the family's name of a tensor; its own, where the family has no such tensor.</summary>
    public string Of(string name)
    {
        if (!name.StartsWith(LayerPrefix, StringComparison.Ordinal))
            return others.GetValueOrDefault(name, name);
        int dot = name.IndexOf('.', LayerPrefix.Length);
        return dot > 0
            && int.TryParse(name.AsSpan(LayerPrefix.Length..dot), NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            && parts.TryGetValue(name[(dot + 1)..], out string? part)
            ? string.Format(CultureInfo.InvariantCulture, layerName, layer) + part
            : name;
    }

    /// <summary>Returns the name that files have for a tensor of the family.</summary>
    public string InFile(string family)
    {
        string prefix = layerName[..layerName.IndexOf('{', StringComparison.Ordinal)];
        int dot = family.StartsWith(prefix, StringComparison.Ordinal) ? family.IndexOf('.', prefix.Length) : -1;
        (string layer, string part, Dictionary<string, string> map) = dot < 0
            ? ("", family, others)
            : ($"{LayerPrefix}{family[prefix.Length..dot]}.", family[(dot + 1)..], parts);
        return map.FirstOrDefault(pair => pair.Value == part) is { Key: { } file } ? layer + file : family;
    }

    private static void Add(Dictionary<string, string> map, string file, string? family)
    {
        if (family is null)
            return;
        map.Add(file + ".weight", family + ".weight");
        map.Add(file + ".bias", family + ".bias");
    }
}
