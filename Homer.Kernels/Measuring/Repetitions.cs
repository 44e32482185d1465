using System.Diagnostics;

namespace Homer.Kernels.Measuring;

/// <summary>The times of repetitions of the same work, with their statistics.</summary>
/// <param name="seconds">At least one time, in seconds.</param>
public sealed class Repetitions(IEnumerable<double> seconds)
{
    private readonly double[] sorted = [.. (seconds ?? throw new ArgumentNullException(nameof(seconds))).Order()];

    /// <summary>The number of repetitions.</summary>
    public int Count => sorted.Length;

    /// <summary>The shortest time in seconds, which is that of undisturbed work.</summary>
    public double Shortest => sorted[0];

    /// <summary>The mean in seconds.</summary>
    public double Mean => sorted.Average();

    /// <summary>The median in seconds, which a few disturbed repetitions do not move.</summary>
    public double Median => (sorted[(Count - 1) / 2] + sorted[Count / 2]) / 2;

    /// <summary>The sample standard deviation in seconds; 0 for a single repetition.</summary>
    public double Deviation => Count == 1 ? 0 : Math.Sqrt(sorted.Sum(time => (time - Mean) * (time - Mean)) / (Count - 1));

    /// <summary>Returns the statistics of a rate (work per second) instead of times.</summary>
    /// <param name="amount">The work of one repetition, in any unit.</param>
    /// <returns>Mean and sample standard deviation of amount / time over the repetitions.</returns>
    public (double Mean, double Deviation) Rate(double amount)
    {
        var rates = new Repetitions(sorted.Select(time => amount / time));
        return (rates.Mean, rates.Deviation);
    }

    /// <summary>Measures work several times, after doing it one or more times without measuring.</summary>
    /// <param name="work">The work; it must not return before it is done.</param>
    /// <param name="atLeast">The fewest repetitions.</param>
    /// <param name="enough">The total time after which no further repetition begins.</param>
    /// <param name="warmups">The fewest repetitions before the measured ones.</param>
    /// <param name="warm">The least total time of those repetitions: .NET optimizes code while it runs.</param>
    /// <param name="cancellation">Stops between repetitions.</param>
    public static Repetitions Measure(
        Action work, int atLeast, TimeSpan enough = default, int warmups = 1, TimeSpan warm = default,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        Repeat(work, warmups, warm, cancellation);
        return new(Repeat(work, atLeast, enough, cancellation));
    }

    private static List<double> Repeat(Action work, int atLeast, TimeSpan enough, CancellationToken cancellation)
    {
        List<double> times = [];
        for (long begin = Stopwatch.GetTimestamp(); times.Count < atLeast || Stopwatch.GetElapsedTime(begin) < enough;)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return times;
    }
}
