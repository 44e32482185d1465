namespace Homer.Engine.Evaluation.Statistics;

/// <summary>
/// The Wilson score interval: the 95 % confidence interval of the probability of a right answer (Wilson 1927). Unlike the normal
/// approximation it holds for few trials, and if none or all of them are right.
/// </summary>
/// <param name="Low">The lower end, 0 … 1.</param>
/// <param name="High">The upper end, 0 … 1.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    // The 97.5th percentile of the normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>Computes the interval; it is 0 … 1 if there are no trials.</summary>
    /// <param name="right">The number of right answers; one that is right in part counts as that part.</param>
    /// <param name="trials">The number of trials.</param>
    public static WilsonInterval Of(double right, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, trials);
        if (trials == 0)
            return new(0, 1);
        double n = trials;
        double share = right / n;
        double spread = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        double middle = share + (Z * Z / (2 * n));
        double scale = 1 + (Z * Z / n);
        // Rounding errors must neither leave an end at −1e-17 nor exclude the observed share.
        return new(right == 0 ? 0 : (middle - spread) / scale, right == trials ? 1 : (middle + spread) / scale);
    }
}
