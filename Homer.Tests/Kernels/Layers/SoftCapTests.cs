using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class SoftCapTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Bounds_the_first_numbers_and_no_others(string name)
    {
        ComputeDevice device = Open(name);
        var softCap = new SoftCap(device);
        var random = new Random(1);
        foreach (int count in new[] { 1, 7, 128, 1023, 1024, 1025, 5000 })
        {
            // Numbers far below the bound, about it, and so far above that a power of e overflows.
            foreach (double magnitude in new[] { 0.01, 10, 1e6 })
            {
                const double Cap = 30;
                float[] x = random.Normal(count + 3, magnitude);
                using var numbers = new CanaryBuffer<float>(device, x);
                softCap.Launch(numbers.View, count, (float)Cap);
                Expected.AssertAll(
                    [.. x.Select((value, i) => i < count ? Bounded(value) : new(value))], numbers.Read(),
                    $"{count} numbers times {magnitude}");

                static Expected Bounded(double value) => new(Cap * Math.Tanh(value / Cap), 8 * Expected.Unit * Cap);
            }
        }
    }
}
