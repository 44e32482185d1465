using System.Globalization;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>A table of measured rates beside their ceilings; it is printed at the end, when the ceilings are known best.</summary>
internal sealed class RatioTable
{
    private const int NameWidth = 50;

    private readonly List<Func<string>> lines = [];

    /// <summary>Begins a part of the table.</summary>
    public void Begin(string title, string unit)
    {
        Console.Error.WriteLine(title);
        lines.Add(() => "");
        lines.Add(() => $"{title,-NameWidth} {"device",-6} {"median",11} {"±",4} {unit,8} {"ceiling",8} {"ratio",6}");
    }

    /// <summary>Adds a row: the median of the repetitions beside the ceiling, and their deviation.</summary>
    /// <param name="name">The name of the case.</param>
    /// <param name="device">The device it ran on.</param>
    /// <param name="times">The times of the repetitions.</param>
    /// <param name="amount">The FLOP or bytes of one repetition.</param>
    /// <param name="ceiling">Returns the ceiling in FLOP or bytes per second.</param>
    public void Add(string name, MeasuredDevice device, Repetitions times, double amount, Func<Ceilings, double> ceiling) => lines.Add(() =>
    {
        double reached = amount / times.Median, best = ceiling(device.Best);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-NameWidth} {device.Name,-6} {times.Median * 1e3,8:0.000} ms {times.Deviation / times.Mean,4:0%} "
            + $"{reached / 1e9,8:0.0} {best / 1e9,8:0.0} {reached / best,6:0%}");
    });

    /// <summary>Adds a line of explanation.</summary>
    public void Note(string text) => lines.Add(() => text);

    public void Print() => lines.ForEach(line => Console.WriteLine(line()));
}
