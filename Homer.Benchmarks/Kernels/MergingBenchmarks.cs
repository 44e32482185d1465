using BenchmarkDotNet.Attributes;
using Homer.Benchmarks.Cases;
using Homer.Kernels.Devices;

namespace Homer.Benchmarks.Kernels;

/// <summary>The norm and the steps of merging; see <see cref="MergingSteps"/> for the shapes.</summary>
public class MergingBenchmarks : KernelBenchmarks
{
    private MergingSteps? steps;

    [Benchmark]
    public void Norm() => steps!.Norm();

    [Benchmark]
    public void Significance() => steps!.Score();

    [Benchmark]
    public void Selection() => steps!.Select();

    [Benchmark]
    public void Gathering() => steps!.Gather();

    [Benchmark]
    public void Merge() => steps!.Merge();

    protected override void Prepare(ComputeDevice device, Lifetime lifetime) =>
        steps = lifetime.Own(new MergingSteps(device));
}
