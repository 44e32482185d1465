using BenchmarkDotNet.Attributes;
using Homer.Kernels.Devices;

namespace Homer.Benchmarks.Kernels;

/// <summary>What all benchmarks of kernels share: the device, opened once for each of its values, and what is freed with it.</summary>
public abstract class KernelBenchmarks : IDisposable
{
    private readonly Lifetime lifetime = new();

    /// <summary>As <c>--device</c> takes it.</summary>
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

    /// <summary>Allocates what the benchmarks work on.</summary>
    protected abstract void Prepare(ComputeDevice device, Lifetime lifetime);
}
