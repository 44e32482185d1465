using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>What a case took, and what the device could at best have done.</summary>
/// <param name="Case">What was measured.</param>
/// <param name="Device">On which device.</param>
/// <param name="Times">The repetitions.</param>
/// <param name="Work">Of one repetition: useful FLOP of reading, or bytes of weights and cache that writing touches.</param>
/// <param name="Ceiling">FLOP or bytes per second that the device does at best.</param>
/// <param name="PeakBytes">The most device memory held at once, weights included.</param>
public sealed record SpeedResult(SpeedCase Case, string Device, Repetitions Times, double Work, double Ceiling, long PeakBytes)
{
    /// <summary>Tokens per second: mean and standard deviation over the repetitions.</summary>
    public (double Mean, double Deviation) TokensPerSecond => Times.Rate(Case.Tokens);

    /// <summary>Tokens per second of the median repetition.</summary>
    public double MedianTokensPerSecond => Case.Tokens / Times.Median;

    /// <summary>FLOP or bytes per second of the median repetition.</summary>
    public double Reached => Work / Times.Median;

    /// <summary>The share of the ceiling that the median repetition reached.</summary>
    public double Ratio => Reached / Ceiling;
}
