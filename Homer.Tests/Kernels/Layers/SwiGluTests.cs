using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class SwiGluTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Gates_in_place(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(1);
        foreach ((int rows, int width) in new[] { (1, 1), (1, 7), (3, 33), (33, 172), (7, 512), (2, 1027), (3, 1028), (1, 2052) })
        {
            Gates(device, random.Normal(rows * width, 4), random.Normal(rows * width), rows, aligned: false);
            Gates(device, random.Normal(rows * width, 4), random.Normal(rows * width), rows, aligned: true);
        }
    }

    [Theory, EveryDevice]
    public void Large_inputs_overflow_nothing(string name) =>
        Gates(
            Open(name), [-1e30f, -1000, -200, -100, -88.8f, -80, -0f, 0, 80, 88.8f, 100, 1000, 1e30f], [.. Enumerable.Repeat(1.5f, 13)], 1,
            aligned: false);

    private static void Gates(ComputeDevice device, float[] gate, float[] up, int rows, bool aligned)
    {
        using var gates = new CanaryBuffer<float>(device, gate, aligned);
        using var ups = new CanaryBuffer<float>(device, up, aligned);
        new SwiGlu(device).Launch(gates.View, ups.View, rows, gate.Length / rows);
        Expected.AssertAll(Reference.SwiGlu(gate, up), gates.Read(), $"{rows} rows of {gate.Length / rows}");
        Assert.Equal(up, ups.Read());
    }
}
