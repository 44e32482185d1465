using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Measuring;

public sealed class CeilingsTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Peaks_are_measured_at_every_width(string name)
    {
        ComputeDevice device = Open(name);
        Assert.All(FmaPeak.Widths(device), bits => AssertMeasured(FmaPeak.Measure(device, bits)));
    }

    [Theory, EveryDevice]
    public void Bandwidth_is_measured_at_any_size(string name)
    {
        ComputeDevice device = Open(name);
        // Neither a whole block nor a whole vector.
        foreach (long bytes in new[] { 4, 100, 1_000_012 })
            AssertMeasured(ReadBandwidth.Measure(device, bytes));
    }

    [Theory, EveryDevice]
    public void Launches_cost_something(string name)
    {
        LaunchCost cost = LaunchCost.Measure(Open(name));
        AssertMeasured(cost.Alone);
        AssertMeasured(cost.InSequence);
    }

    [Fact]
    public void Parallel_loops_cost_something() => AssertMeasured(ParallelForCost.Measure());

    [Fact]
    public void The_better_of_two_measurements_is_kept_of_each_ceiling()
    {
        var one = new Ceilings("cpu", new Dictionary<int, double> { [256] = 5, [512] = 6 }, 8, new(3, 2));
        var other = new Ceilings("cpu", new Dictionary<int, double> { [256] = 4, [512] = 9 }, 7, new(4, 1));
        Ceilings best = one.BestWith(other);
        Assert.Equal((5, 9, 9, 8, new LaunchCost(3, 1)), (best.FmaPeaks[256], best.FmaPeaks[512], best.Peak, best.Bandwidth, best.Launch));
    }

    private static void AssertMeasured(double value) => Assert.True(value > 0 && double.IsFinite(value), $"{value}");
}
