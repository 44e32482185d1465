using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>
/// The settings of rotary positions in a config.json, in either spelling: <c>rope_theta</c>, <c>partial_rotary_factor</c> and
/// <c>rope_scaling</c>, or all of them together in <c>rope_parameters</c> (Transformers 5), there also by type of layer.
/// </summary>
/// <param name="Theta">The base of the frequencies.</param>
/// <param name="Scaling">How positions are scaled.</param>
/// <param name="RotaryDim">The elements of a head that are rotated.</param>
internal sealed record RopeSettings(double Theta, RopeScaling Scaling, int RotaryDim)
{
    /// <summary>The rotation that the file gives for layers with a sliding window; null where it gives none of their own.</summary>
    public LayerRope? Windowed { get; private init; }

    /// <summary>The values on which the settings depend.</summary>
    /// <param name="Theta">The base where the file gives none.</param>
    /// <param name="Window">The context window, in tokens.</param>
    /// <param name="HeadDim">The elements of a head.</param>
    public readonly record struct Defaults(double Theta, int Window, int HeadDim);

    /// <summary>Reads the settings.</summary>
    /// <param name="json">The file.</param>
    /// <param name="defaults">What they depend on.</param>
    /// <exception cref="HomerException">A setting is broken or unknown, or the two spellings are mixed.</exception>
    public static RopeSettings Read(ConfigReader json, Defaults defaults)
    {
        double theta = json.Number("rope_theta", defaults.Theta), part = json.Number("partial_rotary_factor", 1);
        int? original = json.OptionalSize("original_max_position_embeddings");
        ConfigReader? scaling = json.Object("rope_scaling"), parameters = json.Object("rope_parameters");
        json.Require(
            scaling is null || parameters is null,
            "it has both rope_scaling and rope_parameters, which are two spellings of one setting");
        ConfigReader? full = parameters?.Object("full_attention"), sliding = parameters?.Object("sliding_attention");
        if (full is not null || sliding is not null)
        {
            parameters!.RefuseUnread();
            json.Require(
                full is not null && sliding is not null, "its rope_parameters lack one of full_attention and sliding_attention");
        }

        ConfigReader? rope = full ?? parameters ?? scaling;
        if (rope is not null)
        {
            theta = rope.Number("rope_theta", theta);
            part = rope.Number("partial_rotary_factor", part);
            original = rope.OptionalSize("original_max_position_embeddings") ?? original;
        }

        var rotaryDim = (int)(defaults.HeadDim * part);
        json.Require(
            part <= 1 && rotaryDim > 0 && rotaryDim % 2 == 0,
            $"its partial_rotary_factor of {part} rotates {rotaryDim} of {defaults.HeadDim} elements of a head; "
            + "Homer rotates an even number of them");
        return new(theta, rope is null ? RopeScaling.None : ReadScaling(rope, original, defaults.Window, rotaryDim), rotaryDim)
        {
            Windowed = sliding is null ? null : ReadWindowed(sliding, theta, part, defaults.Window, rotaryDim),
        };
    }

    private static LayerRope ReadWindowed(ConfigReader rope, double theta, double part, int window, int rotaryDim)
    {
        double own = rope.Number("rope_theta", theta), ownPart = rope.Number("partial_rotary_factor", part);
        rope.Require(ownPart == part, "its layers rotate different parts of a head (partial_rotary_factor), which Homer does not know");
        int? original = rope.OptionalSize("original_max_position_embeddings");
        return new(own, ReadScaling(rope, original, window, rotaryDim));
    }

    private static RopeScaling ReadScaling(ConfigReader rope, int? original, int window, int rotaryDim)
    {
        string legacy = rope.Text("type", "default"), type = rope.Text("rope_type", legacy);
        // Ministral's files repeat the window here.
        rope.OptionalSize("max_position_embeddings");
        double? factor = rope.OptionalNumber("factor");
        rope.Require(factor is not < 1, $"its position scaling factor must be at least 1, not {factor}");
        rope.Require(
            type is "default" or "none" or "linear" or "ntk" or "dynamic" or "longrope" or "su" or "yarn" or "llama3",
            $"its rope_type is {Quoted.Text(type)}, a position scaling that Homer does not know");
        RopeScaling scaling = type switch
        {
            "default" => RopeScaling.None,
            "longrope" or "su" => LongRope(rope, factor, original ?? window, window, rotaryDim),
            "yarn" => Yarn(rope, factor, original ?? window, window),
            "llama3" => Llama3(rope, factor, original ?? window),
            _ => RopeScaling.Create(type, Required(rope, factor, type), original ?? window),
        };
        rope.RefuseUnread();
        return scaling;
    }

    private static RopeScaling Llama3(ConfigReader rope, double? factor, int original)
    {
        double low = rope.Number("low_freq_factor", 1), high = rope.Number("high_freq_factor", 4);
        rope.Require(high > low, $"its high_freq_factor of {high} must be more than its low_freq_factor of {low}");
        return RopeScaling.Create("llama3", Required(rope, factor, "llama3"), original) with
        {
            LowFrequencyFactor = low,
            HighFrequencyFactor = high,
        };
    }

    private static RopeScaling Yarn(ConfigReader rope, double? factor, int original, int window)
    {
        if (window > original)
            factor ??= (double)window / original;
        double fast = rope.Number("beta_fast", 32), slow = rope.Number("beta_slow", 1);
        rope.Require(fast > slow, $"its beta_fast of {fast} must be more than its beta_slow of {slow}");
        return RopeScaling.Create("yarn", Required(rope, factor, "yarn"), original) with
        {
            BetaFast = fast,
            BetaSlow = slow,
            Truncate = rope.Flag("truncate", true),
            AttentionFactor = rope.OptionalNumber("attention_factor"),
            Mscale = rope.OptionalNumber("mscale"),
            MscaleAllDim = rope.OptionalNumber("mscale_all_dim"),
        };
    }

    private static RopeScaling LongRope(ConfigReader rope, double? factor, int original, int window, int rotaryDim)
    {
        IReadOnlyList<double> shortFactors = rope.Numbers("short_factor"), longFactors = rope.Numbers("long_factor");
        int pairs = rotaryDim / 2;
        rope.Require(
            shortFactors.Count == pairs && longFactors.Count == pairs,
            $"its longrope scaling has {shortFactors.Count} short and {longFactors.Count} long factors; a head has {pairs} pairs");
        return new(RopeScalingType.LongRope, factor ?? Math.Max(1, (double)window / original), original)
        {
            ShortFactors = shortFactors,
            LongFactors = longFactors,
            AttentionFactor = rope.OptionalNumber("attention_factor"),
        };
    }

    private static double Required(ConfigReader rope, double? factor, string type)
    {
        rope.Require(factor is not null, $"its position scaling of type {Quoted.Text(type)} has no factor");
        return factor!.Value;
    }
}
