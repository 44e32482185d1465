using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class RmsNormTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Normalizes_each_row(string name)
    {
        ComputeDevice device = Open(name);
        var norm = new RmsNorm(device);
        var random = new Random(1);
        foreach ((int rows, int width) in new[] { (1, 1), (1, 7), (2, 33), (3, 64), (33, 172), (7, 512), (5, 4096), (3, 4100), (2, 11008),
            (2, 5121), (1, 1100), (2, 1037) })
        {
            foreach (double magnitude in new[] { 1, 1e-4, 1e4 })
            {
                const float Epsilon = 1e-5f;
                float[] x = random.Normal(rows * width, magnitude), w = random.Normal(width);
                // In aligned memory, or not.
                bool aligned = magnitude == 1;
                using var input = new CanaryBuffer<float>(device, x, aligned);
                using var weight = new CanaryBuffer<float>(device, w, aligned);
                using var output = new CanaryBuffer<float>(device, rows * width, aligned);
                norm.Launch(output.View, input.View, weight.View, rows, width, Epsilon);
                Expected.AssertAll(Reference.RmsNorm(x, w, rows, Epsilon), output.Read(), $"{rows} rows of {width} times {magnitude}");
                Assert.Equal(x, input.Read());

                // In place, as queries and keys are.
                norm.Launch(input.View, input.View, weight.View, rows, width, Epsilon);
                Assert.Equal(output.Read(), input.Read());
            }
        }
    }

    [Theory, EveryDevice]
    public void A_row_of_zeros_stays_zero(string name)
    {
        ComputeDevice device = Open(name);
        using var input = new CanaryBuffer<float>(device, new float[64]);
        using var weight = new CanaryBuffer<float>(device, new Random(2).Normal(64));
        using var output = new CanaryBuffer<float>(device, 64);
        new RmsNorm(device).Launch(output.View, input.View, weight.View, 1, 64, 1e-6f);
        Assert.All(output.Read(), value => Assert.Equal(0, value));
    }
}
