using Homer.Engine.Measuring;

namespace Homer.Cli.Bench;

/// <summary>What <c>homer bench</c> found out, on every device that was asked for.</summary>
/// <param name="Model">The model folder or configuration.</param>
/// <param name="Parameters">Parameters of the model.</param>
/// <param name="WeightsBytes">What its weights take on a device.</param>
/// <param name="Processor">The machine's processor and cores.</param>
/// <param name="ParallelForSeconds">What an empty Parallel.For costs on it.</param>
/// <param name="Devices">A report for each device.</param>
internal sealed record BenchReport(
    string Model, long Parameters, long WeightsBytes, string Processor, double ParallelForSeconds, IReadOnlyList<SpeedReport> Devices)
{
    /// <summary>All results, device by device.</summary>
    public IEnumerable<SpeedResult> Results => Devices.SelectMany(device => device.Results);
}
