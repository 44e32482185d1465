using BenchmarkDotNet.Attributes;
using Homer.Kernels.Devices;

namespace Homer.Benchmarks.Kernels;

/// <summary>
/// The base of all benchmarks of kernels: the device, opened once for each of its values, and the lifetime of the buffers on it.
/// </summary>
public abstract class KernelBenchmarks : IDisposable
{
    private readonly Lifetime lifetime = new();

    /// <summary>The name of the device, as for <c>--device</c>.</summary>
    [Params("cpu:1", "cpu")]
    public string Device { get; set; } = "cpu";

    [GlobalSetup]
    public void Open() => Prepare(lifetime.Own(DeviceCatalog.Open(Device)), lifetime);

    [GlobalCleanup]
    public void Dispose()
    {
        lifetime.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Allocates the buffers of the benchmarks.</summary>
    protected abstract void Prepare(ComputeDevice device, Lifetime lifetime);
}
