using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class RowSumTests : DeviceTests
{
    private static readonly (int Rows, int Width)[] Shapes = [(1, 1), (1, 7), (2, 33), (3, 64), (33, 172), (7, 512), (5, 4100), (300, 2)];

    [Theory, EveryDevice]
    public void Adds_one_row_to_all(string name)
    {
        ComputeDevice device = Open(name);
        var sum = new RowSum(device);
        var random = new Random(1);
        foreach ((int rows, int width) in Shapes)
        {
            float[] y = random.Normal(rows * width), bias = random.Normal(width);
            using var output = new CanaryBuffer<float>(device, y);
            using var addend = new CanaryBuffer<float>(device, bias);
            sum.LaunchBias(output.View, addend.View, rows);
            Expected.AssertAll(Sum(y, i => bias[i % width], 1), output.Read(), $"{rows} rows of {width}");
            Assert.Equal(bias, addend.Read());
        }
    }

    [Theory, EveryDevice]
    public void Adds_scaled_rows_to_rows(string name)
    {
        ComputeDevice device = Open(name);
        var sum = new RowSum(device);
        var random = new Random(2);
        foreach ((int rows, int width) in Shapes)
        {
            foreach (float scale in new[] { 1, 0.22f, -3 })
            {
                float[] y = random.Normal(rows * width), x = random.Normal(rows * width);
                using var output = new CanaryBuffer<float>(device, y);
                using var addend = new CanaryBuffer<float>(device, x);
                sum.Launch(output.View, addend.View, rows, width, scale);
                Expected.AssertAll(Sum(y, i => x[i], scale), output.Read(), $"{rows} rows of {width} times {scale}");
                Assert.Equal(x, addend.Read());
            }
        }
    }

    // One rounding of the product, where it is not fused, and one of the sum.
    private static Expected[] Sum(float[] y, Func<int, double> x, double scale) => [.. y.Select((value, i) =>
    {
        double product = scale * x(i), sum = value + product;
        return new Expected(sum, (Math.Abs(product) + Math.Abs(sum)) * Expected.Unit * 1.01);
    })];
}
