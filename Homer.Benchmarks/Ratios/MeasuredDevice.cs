using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>A device with its ceilings: the best of all measurements, since a busy machine hides them.</summary>
internal sealed class MeasuredDevice(string name) : IDisposable
{
    private readonly List<Ceilings> measured = [];

    public ComputeDevice Device { get; } = DeviceCatalog.Open(name);

    public string Name => Device.Description.Id;

    /// <summary>The best of each ceiling.</summary>
    public Ceilings Best => measured.Aggregate((one, other) => one.BestWith(other));

    /// <summary>The peak of each measurement; their spread shows how quiet the machine was.</summary>
    public IEnumerable<double> Peaks => measured.Select(ceilings => ceilings.Peak);

    /// <inheritdoc cref="Peaks"/>
    public IEnumerable<double> Bandwidths => measured.Select(ceilings => ceilings.Bandwidth);

    /// <summary>Measures the ceilings once more.</summary>
    public void Measure() => measured.Add(Ceilings.Measure(Device));

    public void Dispose() => Device.Dispose();
}
