using System.Text.Json.Nodes;
using Homer.Engine.Weights;

namespace Homer.Engine.Models.Gguf;

/// <summary>
/// The scaling of rotary positions in GGUF files: keys for linear and YaRN scaling, and tensors of divisors, one for each pair of a head,
/// for Llama 3's (<c>rope_freqs.weight</c>) and LongRoPE (<c>rope_factors_short.weight</c>, <c>rope_factors_long.weight</c>).
/// </summary>
internal static class GgufRope
{
    private const string Frequencies = "rope_freqs.weight";
    private const string ShortFactors = "rope_factors_short.weight";
    private const string LongFactors = "rope_factors_long.weight";

    /// <summary>The tensors that are settings.</summary>
    public static IReadOnlyList<string> Tensors { get; } = [Frequencies, ShortFactors, LongFactors];

    /// <summary>Returns rope_scaling as a config.json has it; null for none.</summary>
    /// <param name="keys">The settings.</param>
    /// <param name="tensors">The tensors of the file.</param>
    /// <param name="window">The context window, in tokens.</param>
    /// <exception cref="HomerException">A key is wrong, or a tensor is missing.</exception>
    public static JsonObject? Read(GgufSettings keys, IReadOnlyDictionary<string, WeightTensor> tensors, long window)
    {
        const string TypeKey = "rope.scaling.type", FactorKey = "rope.scaling.factor";
        double? factor = keys.OptionalNumber(FactorKey) ?? keys.OptionalNumber("rope.scale_linear");
        // Older files have a factor without a type; 0 means none.
        factor = factor == 0 ? null : factor;
        long original = keys.OptionalInteger("rope.scaling.original_context_length") is > 0 and long its ? its : window;
        double attention = keys.OptionalNumber("rope.scaling.attn_factor") ?? keys.OptionalNumber("rope.scaling.yarn_attn_factor") ?? 1;
        bool isLong = tensors.ContainsKey(ShortFactors) && tensors.ContainsKey(LongFactors), isLlama3 = tensors.ContainsKey(Frequencies);
        string type = keys.OptionalText(TypeKey) ?? (isLong ? "longrope" : factor is null or 1 ? "none" : "linear");
        if (isLlama3 && type is not "none")
            throw keys.Invalid(TypeKey, $"is {type} in a file that scales positions by {Frequencies}, too; Homer does one or the other");
        switch (type)
        {
            case "none":
                // LongRoPE with one list of divisors for all lengths does what the tensor says, to the bit.
                return isLlama3 ? LongRope(Values(tensors[Frequencies]), Values(tensors[Frequencies]), window, 1) : null;
            case "linear":
                return new() { ["rope_type"] = "linear", ["factor"] = factor ?? throw Missing(FactorKey) };
            case "yarn":
                return Yarn(keys, factor ?? throw Missing(FactorKey), original, attention);
            case "longrope" when isLong:
                return LongRope(Values(tensors[ShortFactors]), Values(tensors[LongFactors]), original, attention);
            case "longrope":
                throw keys.Invalid(TypeKey, $"is longrope, but the file lacks {ShortFactors} or {LongFactors}");
            default:
                throw keys.Invalid(TypeKey, $"is {Files.Quoted.Text(type)}; Homer knows none, linear, yarn and longrope");
        }

        HomerException Missing(string name) => keys.Invalid(name, $"is missing, which a scaling of type {type} needs");
    }

    private static JsonObject Yarn(GgufSettings keys, double factor, long original, double attention)
    {
        var json = new JsonObject
        {
            ["rope_type"] = "yarn",
            ["factor"] = factor,
            ["original_max_position_embeddings"] = original,
            ["beta_fast"] = keys.OptionalNumber("rope.scaling.yarn_beta_fast") ?? 32,
            ["beta_slow"] = keys.OptionalNumber("rope.scaling.yarn_beta_slow") ?? 1,
        };
        // The extrapolation that YaRN is; negative means by default.
        if (keys.OptionalNumber("rope.scaling.yarn_ext_factor") is >= 0 and not 1 and var extrapolation)
            throw keys.Invalid("rope.scaling.yarn_ext_factor", $"is {extrapolation}; Homer knows YaRN with 1");
        double? weight = keys.OptionalNumber("rope.scaling.yarn_log_multiplier") is not 0 and { } multiplier ? multiplier : null;
        // In GGUF the factor multiplies what YaRN computes, and in config.json it takes its place.
        if (attention != 1)
            json["attention_factor"] = attention * Temperature(1) / (weight is { } divisor ? Temperature(divisor) : 1);
        else if (weight is not null)
            (json["mscale"], json["mscale_all_dim"]) = (1, weight);
        return json;

        double Temperature(double share) => factor > 1 ? (0.1 * share * Math.Log(factor)) + 1 : 1;
    }

    private static JsonObject LongRope(float[] shortFactors, float[] longFactors, long original, double attention) => new()
    {
        ["rope_type"] = "longrope",
        ["short_factor"] = new JsonArray([.. shortFactors.Select(factor => (JsonNode)(double)factor)]),
        ["long_factor"] = new JsonArray([.. longFactors.Select(factor => (JsonNode)(double)factor)]),
        ["original_max_position_embeddings"] = original,
        ["attention_factor"] = attention,
    };

    private static float[] Values(WeightTensor tensor)
    {
        const int MostPairs = 1024;
        if (tensor.Tensor.Shape is not [> 0 and <= MostPairs and var pairs])
            throw new HomerException($"{tensor.File.Path}: {tensor.Tensor.Name} must be a list of divisors, one for each pair of a head.");
        var values = new float[pairs];
        WeightReader.Widen(tensor, 0, values);
        return values;
    }
}
