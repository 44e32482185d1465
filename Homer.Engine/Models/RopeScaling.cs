using Homer.Engine.Files;


namespace Homer.Engine.Models;

/// <summary>The known ways of stretching rotary positions beyond the window a model was trained for.</summary>
public enum RopeScalingType
{
    /// <summary>Positions as they are.</summary>
    None,

    /// <summary>Position interpolation: positions divided by the factor (Chen et al. 2023, arXiv 2306.15595).</summary>
    Linear,

    /// <summary>NTK-aware: a larger base, so that low frequencies stretch by the factor and high ones hardly.</summary>
    Ntk,

    /// <summary>NTK-aware, with a factor that grows with the length.</summary>
    Dynamic,

    /// <summary>YaRN: interpolation by frequency, and a temperature (Peng et al. 2023, arXiv 2309.00071).</summary>
    Yarn,

    /// <summary>Llama 3.1's interpolation by frequency.</summary>
    Llama3,
}

/// <summary>How positions are scaled.</summary>
/// <param name="Type">The way.</param>
/// <param name="Factor">How much longer the scaled window is than the original, at least 1.</param>
/// <param name="OriginalWindow">The window the frequencies were trained for, in tokens.</param>
/// <param name="LowFrequencyFactor">Llama 3: wavelengths longer than the window over this are interpolated in full.</param>
/// <param name="HighFrequencyFactor">Llama 3: wavelengths shorter than the window over this are left alone.</param>
public sealed record RopeScaling(
    RopeScalingType Type, double Factor, int OriginalWindow, double LowFrequencyFactor = 1, double HighFrequencyFactor = 4)
{
    private const double BetaFast = 32;
    private const double BetaSlow = 1;

    /// <summary>No scaling.</summary>
    public static RopeScaling None { get; } = new(RopeScalingType.None, 1, 0);

    /// <summary>What cosines and sines are multiplied by: YaRN's temperature 0.1·ln(factor) + 1, otherwise 1.</summary>
    public double Magnitude => Type == RopeScalingType.Yarn && Factor > 1 ? (0.1 * Math.Log(Factor)) + 1 : 1;

    /// <summary>The scaling that a name and the command line's numbers ask for.</summary>
    /// <exception cref="HomerException">There is no such scaling, or the factor is below 1.</exception>
    public static RopeScaling Create(string type, double factor, int originalWindow)
    {
        RopeScalingType parsed = type switch
        {
            "none" or "default" => RopeScalingType.None,
            "linear" => RopeScalingType.Linear,
            "ntk" => RopeScalingType.Ntk,
            "dynamic" => RopeScalingType.Dynamic,
            "yarn" => RopeScalingType.Yarn,
            "llama3" => RopeScalingType.Llama3,
            _ => throw new HomerException($"{Quoted.Text(type)} is not a position scaling; use none, linear, ntk, dynamic, yarn or llama3."),
        };
        if (!(factor >= 1) || !double.IsFinite(factor))
            throw new HomerException($"The position scaling factor must be at least 1, not {factor}.");
        if (originalWindow < 1)
            throw new HomerException($"The original window must be at least 1 token, not {originalWindow}.");
        return parsed == RopeScalingType.None ? None : new(parsed, factor, originalWindow);
    }

    internal static RopeScaling Parse(ConfigReader? json, int window)
    {
        if (json is null)
            return None;
        string type = json.Text("rope_type", json.Text("type", "default"));
        double low = json.Number("low_freq_factor", 1), high = json.Number("high_freq_factor", 4);
        json.Require(high > low, $"its high_freq_factor of {high} must be more than its low_freq_factor of {low}");
        return Create(type, json.Number("factor", 1), json.Size("original_max_position_embeddings", window)) with
        {
            LowFrequencyFactor = low,
            HighFrequencyFactor = high,
        };
    }

    /// <summary>The angle by which each pair of a head turns per position.</summary>
    /// <param name="headDim">Elements of a head, d.</param>
    /// <param name="theta">The base, rope_theta.</param>
    /// <param name="length">The longest sequence in tokens; matters to the dynamic type only.</param>
    /// <returns>[head_dim / 2]; θᵢ = base^(−2i / d), scaled.</returns>
    public double[] Frequencies(int headDim, double theta, int length)
    {
        double power = headDim / (double)Math.Max(1, headDim - 2);
        double stretched = Type switch
        {
            RopeScalingType.Ntk => theta * Math.Pow(Factor, power),
            RopeScalingType.Dynamic when length > OriginalWindow =>
                theta * Math.Pow((Factor * length / OriginalWindow) - (Factor - 1), power),
            _ => theta,
        };
        var frequencies = new double[headDim / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double frequency = Math.Pow(stretched, -2.0 * i / headDim);
            frequencies[i] = frequency * (1 + ((1 / Factor) - 1) * Interpolated(i, frequency, headDim, theta));
        }

        return frequencies;
    }

    /// <summary>How far a frequency goes from its own value, 0, to that of position interpolation, 1.</summary>
    private double Interpolated(int i, double frequency, int headDim, double theta)
    {
        switch (Type)
        {
            case RopeScalingType.Linear:
                return 1;
            case RopeScalingType.Yarn:
                double low = Math.Max(0, Math.Floor(PairThatTurns(BetaFast))), high = Math.Min(headDim - 1, Math.Ceiling(PairThatTurns(BetaSlow)));
                return Math.Clamp((i - low) / Math.Max(high - low, 0.001), 0, 1);
            case RopeScalingType.Llama3:
                double turns = OriginalWindow * frequency / (2 * Math.PI);
                return 1 - Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
            default:
                return 0;
        }

        // The pair whose angle passes `rotations` full turns within the original window.
        double PairThatTurns(double rotations) => headDim * Math.Log(OriginalWindow / (rotations * 2 * Math.PI)) / (2 * Math.Log(theta));
    }
}
