using System.Globalization;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>Prints what was reached beside what is possible, row by row as it is measured.</summary>
internal static class RatioTable
{
    private const int NameWidth = 50;

    /// <summary>Begins a part of the table.</summary>
    public static void Begin(string title, string unit)
    {
        Console.WriteLine();
        Console.WriteLine($"{title,-NameWidth} {"device",-8} {"time",11} {"±",5} {unit,9} {"ceiling",9} {"ratio",6}");
    }

    /// <summary>A row: the median of the repetitions against the ceiling, and how far they deviate.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="device">On which device.</param>
    /// <param name="times">How long it took.</param>
    /// <param name="amount">FLOP done or bytes moved in each repetition.</param>
    /// <param name="ceiling">FLOP or bytes per second at best.</param>
    public static void Add(string name, string device, Repetitions times, double amount, double ceiling)
    {
        double reached = amount / times.Median;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-NameWidth} {device,-8} {Duration(times.Median),11} {times.Deviation / times.Mean,5:0%} {reached / 1e9,9:0.0} {ceiling / 1e9,9:0.0} {reached / ceiling,6:0%}"));
    }

    private static string Duration(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.000} ms");
}
