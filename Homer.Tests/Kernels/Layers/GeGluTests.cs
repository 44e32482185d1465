using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class GeGluTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Gates_in_place(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(1);
        foreach ((int rows, int width) in new[] { (1, 1), (1, 7), (3, 33), (33, 172), (7, 512), (2, 1027) })
            Gates(device, random.Normal(rows * width, 2), random.Normal(rows * width), rows);
    }

    [Theory, EveryDevice]
    public void Large_inputs_overflow_nothing(string name) =>
        Gates(Open(name), [-1e30f, -1000, -100, -20, -9, -0f, 0, 9, 20, 100, 1000, 1e30f], [.. Enumerable.Repeat(1.5f, 12)], 1);

    private static void Gates(ComputeDevice device, float[] gate, float[] up, int rows)
    {
        using var gates = new CanaryBuffer<float>(device, gate);
        using var ups = new CanaryBuffer<float>(device, up);
        new GeGlu(device).Launch(gates.View, ups.View, rows, gate.Length / rows);
        Expected.AssertAll([.. gate.Zip(up, Gated)], gates.Read(), $"{rows} rows of {gate.Length / rows}");
        Assert.Equal(up, ups.Read());
    }

    /// <summary>The exponential is off by its argument's roundings, and the smallest results may be flushed to zero.</summary>
    private static Expected Gated(float x, float up)
    {
        double u = Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * (double)x * x)), y = x / (1 + Math.Exp(-2 * u)) * up;
        return new(y, ((16 + (16 * Math.Abs(u))) * Expected.Unit * Math.Abs(y)) + (u < -40 ? 1e-30 * Math.Abs(up) : 0));
    }
}
