using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class ScalingTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Scales_the_first_numbers_and_no_others(string name)
    {
        ComputeDevice device = Open(name);
        var scaling = new Scaling(device);
        var random = new Random(1);
        foreach (int count in new[] { 1, 7, 128, 1023, 1024, 1025, 5000 })
        {
            const float Factor = 0.3f;
            float[] x = random.Normal(count + 3);
            using var numbers = new CanaryBuffer<float>(device, x);
            scaling.Launch(numbers.View, count, Factor);
            Expected.AssertAll([.. x.Select((value, i) => i < count ? Scaled(value) : new(value))], numbers.Read(), $"{count} numbers");

            static Expected Scaled(double value) => new(Factor * value, Math.Abs(Factor * value) * Expected.Unit * 1.01);
        }
    }
}
