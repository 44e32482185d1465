using System.Diagnostics;
using System.Globalization;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>
/// The command <c>ratios [matmul] [attention] [merging] [models]</c>: measures every kernel beside the ceiling that bounds it, in the same
/// run; it takes under two minutes.
/// </summary>
internal static class RatioCommand
{
    private static readonly string[] DeviceNames = ["cpu:1", "cpu"];

    private static readonly Dictionary<string, Action<RatioTable, MeasuredDevice>> Parts = new()
    {
        ["matmul"] = MatMulRatios.Run,
        ["attention"] = AttentionRatios.Run,
        ["merging"] = MergingRatios.Run,
        ["models"] = ModelRatios.Run,
    };

    public static int Run(string[] arguments)
    {
        if (arguments.FirstOrDefault(argument => !Parts.ContainsKey(argument)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no part '{unknown}'; use {string.Join(", ", Parts.Keys)}, or none for all of them.");
            return 2;
        }

        var clock = Stopwatch.StartNew();
        using var lifetime = new Lifetime();
        MeasuredDevice[] devices = [.. DeviceNames.Select(name => lifetime.Own(new MeasuredDevice(name)))];
        var table = new RatioTable();
        foreach (string part in arguments.Length > 0 ? arguments : [.. Parts.Keys])
        {
            foreach (MeasuredDevice device in devices)
            {
                device.Measure();
                Parts[part](table, device);
            }
        }

        foreach (MeasuredDevice device in devices)
        {
            device.Measure();
            Print(device);
        }

        double parallelFor = ParallelForCost.Measure();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Parallel.For over {Environment.ProcessorCount} empty items {parallelFor * 1e6:0.0} µs"));
        table.Print();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{clock.Elapsed.TotalSeconds:0} s in all"));
        return 0;
    }

    private static void Print(MeasuredDevice device)
    {
        Ceilings best = device.Best;
        string peaks = string.Join(", ", best.FmaPeaks.Select(
            peak => string.Create(CultureInfo.InvariantCulture, $"{peak.Value / 1e9:0.0} at {peak.Key} bits")));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{device.Name,-6} GFLOP/s {peaks} (seen {Range(device.Peaks)}); "
            + $"GB/s {best.Bandwidth / 1e9:0.0} (seen {Range(device.Bandwidths)}); "
            + $"launch {best.Launch.Alone * 1e6:0.0} µs, one more kernel in it {best.Launch.InSequence * 1e6:0.00} µs"));
    }

    private static string Range(IEnumerable<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"{values.Min() / 1e9:0.0} … {values.Max() / 1e9:0.0}");
}
