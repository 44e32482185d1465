using System.Diagnostics;
using System.Globalization;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;
using Homer.Kernels.Tensors;

namespace Homer.Benchmarks.Ratios;

/// <summary>
/// <c>ratios [matmul] [attention] [models]</c>: every kernel beside the ceiling that holds it back, measured in the same run; in under two
/// minutes.
/// </summary>
internal static class RatioCommand
{
    private static readonly Dictionary<string, Action<IReadOnlyList<(ComputeDevice, Ceilings)>>> Parts = new()
    {
        ["matmul"] = MatMulRatios.Run,
        ["attention"] = AttentionRatios.Run,
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
        List<(ComputeDevice Device, Ceilings Ceilings)> devices = [];
        foreach (string name in new[] { "cpu:1", "cpu" })
        {
            ComputeDevice device = lifetime.Own(DeviceCatalog.Open(name));
            devices.Add((device, Ceilings.Measure(device)));
        }

        devices.ForEach(device => Print(device.Ceilings));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Parallel.For over {Environment.ProcessorCount} empty items: {ParallelForCost.Measure() * 1e6:0.0} µs"));
        foreach (string part in arguments.Length > 0 ? arguments : [.. Parts.Keys])
            Parts[part](devices);

        // A noisy machine shows in ceilings that move.
        Console.WriteLine();
        Console.WriteLine("The ceilings once more, at the end:");
        devices.ForEach(device => Print(Ceilings.Measure(device.Device)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0} s in all"));
        return 0;
    }

    private static void Print(Ceilings ceilings) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{ceilings.Device,-6} {string.Join(", ", ceilings.FmaPeaks.Select(peak => string.Create(CultureInfo.InvariantCulture, $"{peak.Value / 1e9:0.0} GFLOP/s at {peak.Key} bits")))}; reads {ceilings.Bandwidth / 1e9:0.0} GB/s; a launch {ceilings.Launch.Alone * 1e6:0.0} µs, one more kernel in it {ceilings.Launch.InSequence * 1e6:0.00} µs"));
}
