using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>The measured times of a case, and the speed that the device can reach at best.</summary>
/// <param name="Case">The case.</param>
/// <param name="Device">The name of the device, such as <c>cpu</c>.</param>
/// <param name="Times">The times of the repetitions.</param>
/// <param name="Work">
/// The work of one repetition: the useful FLOP of prefill, or the bytes of weights and cache that decode touches.
/// </param>
/// <param name="Ceiling">The highest FLOP or bytes per second of the device.</param>
/// <param name="PeakBytes">The peak of device memory in bytes, weights included.</param>
public sealed record SpeedResult(SpeedCase Case, string Device, Repetitions Times, double Work, double Ceiling, long PeakBytes)
{
    /// <summary>The mean and the standard deviation of tokens per second over the repetitions.</summary>
    public (double Mean, double Deviation) TokensPerSecond => Times.Rate(Case.Tokens);

    /// <summary>The tokens per second of the median repetition.</summary>
    public double MedianTokensPerSecond => Case.Tokens / Times.Median;

    /// <summary>The FLOP or bytes per second of the median repetition.</summary>
    public double Reached => Work / Times.Median;

    /// <summary>The share of the ceiling that the median repetition reached.</summary>
    public double Ratio => Reached / Ceiling;
}
