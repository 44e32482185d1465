namespace Homer.Engine.Evaluation.Statistics;

/// <summary>
/// The range that a share plausibly lies in after some of a number of trials were right: Wilson's score interval at 95 % (Wilson 1927). Unlike
/// the textbook interval it is sound for few trials, and for none or all of them right.
/// </summary>
/// <param name="Low">The lower end, 0 … 1.</param>
/// <param name="High">The upper end, 0 … 1.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    // The 97.5th percentile of the normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>The interval; 0 … 1 without trials.</summary>
    /// <param name="right">Trials that were right.</param>
    /// <param name="trials">All trials.</param>
    public static WilsonInterval Of(int right, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, trials);
        if (trials == 0)
            return new(0, 1);
        double n = trials, share = right / n, spread = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        double middle = share + (Z * Z / (2 * n)), scale = 1 + (Z * Z / n);
        // Rounding must not leave an end at −1e-17, nor the share outside.
        return new(right == 0 ? 0 : (middle - spread) / scale, right == trials ? 1 : (middle + spread) / scale);
    }
}
