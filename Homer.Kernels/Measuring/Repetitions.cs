using System.Diagnostics;

namespace Homer.Kernels.Measuring;

/// <summary>How long the same work took, each time that it was done.</summary>
/// <param name="seconds">At least one time, in seconds.</param>
public sealed class Repetitions(IEnumerable<double> seconds)
{
    private readonly double[] sorted = [.. seconds.Order()];

    /// <summary>How often it was done.</summary>
    public int Count => sorted.Length;

    /// <summary>The shortest time in seconds: what the work takes when nothing disturbs it.</summary>
    public double Shortest => sorted[0];

    /// <summary>The mean in seconds.</summary>
    public double Mean => sorted.Average();

    /// <summary>The median in seconds, which a few disturbed repetitions do not move.</summary>
    public double Median => (sorted[(Count - 1) / 2] + sorted[Count / 2]) / 2;

    /// <summary>The sample standard deviation in seconds; 0 for a single repetition.</summary>
    public double Deviation => Count == 1 ? 0 : Math.Sqrt(sorted.Sum(time => (time - Mean) * (time - Mean)) / (Count - 1));

    /// <summary>The same for what is done per second instead of the seconds it takes.</summary>
    /// <param name="amount">What is done in one repetition, in any unit.</param>
    /// <returns>Mean and sample standard deviation of amount / time over the repetitions.</returns>
    public (double Mean, double Deviation) Rate(double amount)
    {
        var rates = new Repetitions(sorted.Select(time => amount / time));
        return (rates.Mean, rates.Deviation);
    }

    /// <summary>Does work several times, after doing it once or more without looking at the clock.</summary>
    /// <param name="work">The work; it must not return before it is done.</param>
    /// <param name="atLeast">The fewest repetitions.</param>
    /// <param name="enough">It is done once more until it has taken so long in all.</param>
    /// <param name="warmups">How often it is done before that at least.</param>
    /// <param name="warm">It is done once more before that until it has taken so long in all: code is compiled to its best while it runs.</param>
    /// <param name="cancellation">Stops between repetitions.</param>
    public static Repetitions Measure(
        Action work, int atLeast, TimeSpan enough = default, int warmups = 1, TimeSpan warm = default, CancellationToken cancellation = default)
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
