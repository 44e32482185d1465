using Homer.Engine.Measuring;

namespace Homer.Cli.Bench;

/// <summary>The results of <c>homer bench</c> on every device that was asked for.</summary>
/// <param name="Model">The model folder, or the shape of a model with random weights.</param>
/// <param name="Parameters">The number of parameters of the model.</param>
/// <param name="WeightsBytes">The bytes of its weights on a device.</param>
/// <param name="Processor">The machine's processor and the number of its cores.</param>
/// <param name="ParallelForSeconds">The seconds that an empty Parallel.For takes on it.</param>
/// <param name="Devices">The report of each device.</param>
internal sealed record BenchReport(
    string Model, long Parameters, long WeightsBytes, string Processor, double ParallelForSeconds, IReadOnlyList<SpeedReport> Devices)
{
    /// <summary>The results of all devices, device by device.</summary>
    public IEnumerable<SpeedResult> Results => Devices.SelectMany(device => device.Results);
}
