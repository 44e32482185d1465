using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;
using Homer.Tests.Support;
using ILGPU;

namespace Homer.Tests.Kernels.Measuring;

/// <summary>The kernels that measure the ceilings really read every element and really multiply.</summary>
public sealed class PeaksTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Every_element_is_read(string name)
    {
        ComputeDevice device = Open(name);
        Action<KernelConfig, ArrayView<float>, ArrayView<float>, int> kernel = device.Load<ArrayView<float>, ArrayView<float>,
        int>(ReadBandwidth.Kernel);
        var random = new Random(1);
        foreach (int length in new[] { 1, 7, 127, 128, 129, 1000, 4097 })
        {
            const int Block = 1000;
            float[] values = random.Normal(length);
            using var data = new CanaryBuffer<float>(device, values);
            using var output = new CanaryBuffer<float>(device, (length + Block - 1) / Block);
            kernel(device.Grid(1), output.View, data.View, Block);
            Expected[] expected = [.. values.Chunk(Block).Select(block => new Expected(
                block.Sum(x => (double)x), block.Length * Expected.Unit * block.Sum(x => Math.Abs((double)x))))];
            Expected.AssertAll(expected, output.Read(), $"{length} elements");
        }
    }

    [Theory, EveryDevice]
    public void Chains_end_at_their_fixed_point(string name)
    {
        ComputeDevice device = Open(name);
        Action<KernelConfig, ArrayView<float>, float, float, int, int> kernel = device.Load<ArrayView<float>, float, float, int,
        int>(FmaPeak.Kernel);
        foreach (int bits in FmaPeak.Widths(device))
        {
            // x · ½ + 3 comes to rest at 6, in every chain of every lane or thread; all sums on the way are exact.
            using DeviceBuffer<float> output = device.Allocate<float>(3, MemoryUse.Workspace);
            kernel(device.Grid(3), output.View, 0.5f, 3, 200, bits);
            int lanes = device.GroupSize > 1 ? device.GroupSize : bits / 32;
            Assert.All(output.Read(), sum => Assert.Equal(6f * 12 * lanes, sum));
        }
    }
}
