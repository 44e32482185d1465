using Homer.Engine.Checks;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>The ways of stretching rotary positions beyond the window that a model was trained for.</summary>
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

    /// <summary>
    /// LongRoPE: a factor for each frequency, found by search (Ding et al. 2024, arXiv 2402.13753); only from a model's own file.
    /// </summary>
    LongRope,
}

/// <summary>A scaling of rotary positions.</summary>
/// <param name="Type">The way of scaling.</param>
/// <param name="Factor">The length of the scaled window over that of the original one; at least 1.</param>
/// <param name="OriginalWindow">The window that the frequencies were trained for, in tokens.</param>
/// <param name="LowFrequencyFactor">Llama 3: wavelengths longer than the window over this are interpolated in full.</param>
/// <param name="HighFrequencyFactor">Llama 3: wavelengths shorter than the window over this are left alone.</param>
public sealed record RopeScaling(
    RopeScalingType Type, double Factor, int OriginalWindow, double LowFrequencyFactor = 1, double HighFrequencyFactor = 4)
{
    /// <summary>No scaling.</summary>
    public static RopeScaling None { get; } = new(RopeScalingType.None, 1, 0);

    /// <summary>YaRN: frequencies that pass more full turns than this within the original window are left alone.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: frequencies that pass fewer full turns than this within the original window are interpolated in full.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN: true if the ramp between the two begins and ends at whole pairs.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>YaRN, LongRoPE: the factor on cosines and sines, instead of the one that follows from the other settings.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>YaRN: the weight of ln(factor) in the temperature; counts together with <see cref="MscaleAllDim"/> only.</summary>
    public double? Mscale { get; init; }

    /// <summary>YaRN: the weight of ln(factor) in the divisor of the temperature.</summary>
    public double? MscaleAllDim { get; init; }

    /// <summary>LongRoPE: the divisors of frequencies for texts within the original window [pairs].</summary>
    public IReadOnlyList<double> ShortFactors { get; init => field = NotNull.Of(value); } = [];

    /// <summary>LongRoPE: the divisors of frequencies for longer texts [pairs].</summary>
    public IReadOnlyList<double> LongFactors { get; init => field = NotNull.Of(value); } = [];

    /// <summary>
    /// The factor on cosines and sines: YaRN's temperature 0.1·ln(factor) + 1, LongRoPE's √(1 + ln(factor) / ln(original window)),
    /// otherwise 1.
    /// </summary>
    public double Magnitude => AttentionFactor ?? Type switch
    {
        RopeScalingType.Yarn when Factor > 1 =>
            Mscale is { } mscale && MscaleAllDim is { } all ? Temperature(mscale) / Temperature(all) : Temperature(1),
        RopeScalingType.LongRope when Factor > 1 => Math.Sqrt(1 + (Math.Log(Factor) / Math.Log(OriginalWindow))),
        _ => 1,
    };

    /// <summary>Returns the scaling that a name and the numbers of the command line ask for.</summary>
    /// <exception cref="HomerException">There is no such scaling, or the factor is below 1.</exception>
    public static RopeScaling Create(string type, double factor, int originalWindow)
    {
        ArgumentNullException.ThrowIfNull(type);
        RopeScalingType parsed = type switch
        {
            "none" or "default" => RopeScalingType.None,
            "linear" => RopeScalingType.Linear,
            "ntk" => RopeScalingType.Ntk,
            "dynamic" => RopeScalingType.Dynamic,
            "yarn" => RopeScalingType.Yarn,
            "llama3" => RopeScalingType.Llama3,
            _ => throw new HomerException(
                $"{Quoted.Text(type)} is not a position scaling; use none, linear, ntk, dynamic, yarn or llama3."),
        };
        if (!(factor >= 1) || !double.IsFinite(factor))
            throw new HomerException($"The position scaling factor must be at least 1, not {factor}.");
        if (originalWindow < 1)
            throw new HomerException($"The original window must be at least 1 token, not {originalWindow}.");
        return parsed == RopeScalingType.None ? None : new(parsed, factor, originalWindow);
    }

    /// <summary>Returns the angle by which each pair of a head rotates per position.</summary>
    /// <param name="rotaryDim">The elements of a head that are rotated, d.</param>
    /// <param name="theta">The base, rope_theta.</param>
    /// <param name="length">The length of the text that is read, in tokens; matters to the dynamic and longrope types only.</param>
    /// <returns>[d / 2]; θᵢ = base^(−2i / d), scaled.</returns>
    public double[] Frequencies(int rotaryDim, double theta, int length)
    {
        double power = rotaryDim / (double)Math.Max(1, rotaryDim - 2);
        double stretched = Type switch
        {
            RopeScalingType.Ntk => theta * Math.Pow(Factor, power),
            RopeScalingType.Dynamic when length > OriginalWindow =>
                theta * Math.Pow((Factor * length / OriginalWindow) - (Factor - 1), power),
            _ => theta,
        };
        var frequencies = new double[rotaryDim / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double frequency = Math.Pow(stretched, -2.0 * i / rotaryDim);
            frequencies[i] = Type == RopeScalingType.LongRope
                ? frequency / (length > OriginalWindow ? LongFactors : ShortFactors)[i]
                : frequency * (1 + ((1 / Factor) - 1) * Interpolated(i, frequency, rotaryDim, theta));
        }

        return frequencies;
    }

    private double Temperature(double weight) => (0.1 * weight * Math.Log(Factor)) + 1;

    /// <summary>Returns how far a frequency goes from its own value, 0, to that of position interpolation, 1.</summary>
    private double Interpolated(int i, double frequency, int rotaryDim, double theta)
    {
        switch (Type)
        {
            case RopeScalingType.Linear:
                return 1;
            case RopeScalingType.Yarn:
                double first = PairOf(BetaFast), last = PairOf(BetaSlow);
                if (Truncate)
                    (first, last) = (Math.Floor(first), Math.Ceiling(last));
                double low = Math.Max(0, first), high = Math.Min(rotaryDim - 1, last);
                return Math.Clamp((i - low) / Math.Max(high - low, 0.001), 0, 1);
            case RopeScalingType.Llama3:
                double turns = OriginalWindow * frequency / (2 * Math.PI);
                return 1 - Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
            default:
                return 0;
        }

        // The pair whose angle passes this many full turns within the original window.
        double PairOf(double turns) => rotaryDim * Math.Log(OriginalWindow / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }
}
