using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

public sealed class RopeTableTests : DeviceTests
{
    private static readonly ModelConfig Config = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json"));

    [Fact]
    public void A_table_that_grew_equals_one_made_long()
    {
        ComputeDevice device = Open("cpu");
        RopeScaling scaling = RopeScaling.Create("yarn", 4, 128);
        using RopeTable grown = new(device, Config, scaling, 10), made = new(device, Config, scaling, 1000);
        grown.EnsureLength(11);
        grown.EnsureLength(1000);
        Assert.True(grown.Length >= 1000);
        Assert.Equal(device.Read(made.Cos), device.Read(grown.Cos.SubView(0, made.Cos.Length)));
        Assert.Equal(device.Read(made.Sin), device.Read(grown.Sin.SubView(0, made.Sin.Length)));
    }

    [Fact]
    public void Cosines_and_sines_are_those_of_64_bits()
    {
        ComputeDevice device = Open("cpu");
        RopeScaling scaling = RopeScaling.Create("yarn", 4, 128);
        double[] frequencies = scaling.Frequencies(Config.HeadDim, Config.RopeTheta, 2000);
        using var table = new RopeTable(device, Config, scaling, 2000);
        float[] cos = device.Read(table.Cos), sin = device.Read(table.Sin);
        for (int i = 0; i < cos.Length; i++)
        {
            double angle = i / frequencies.Length * frequencies[i % frequencies.Length];
            Assert.Equal((float)(Math.Cos(angle) * scaling.Magnitude), cos[i], 1e-7f);
            Assert.Equal((float)(Math.Sin(angle) * scaling.Magnitude), sin[i], 1e-7f);
        }
    }

    [Fact]
    public void What_is_read_decides_the_frequencies_and_not_the_room()
    {
        ComputeDevice device = Open("cpu");
        RopeScaling scaling = RopeScaling.Create("dynamic", 2, 128);
        using RopeTable exact = new(device, Config, scaling, 300), roomy = new(device, Config, scaling, 1000, read: 300);
        using var settled = new RopeTable(device, Config, scaling, 1000, read: 0);
        Assert.True(settled.Suits(128));
        Assert.False(settled.Suits(300));
        settled.Settle(300);
        Assert.Equal(exact.Frequencies, roomy.Frequencies);
        Assert.Equal(exact.Frequencies, settled.Frequencies);
        Assert.Equal(device.Read(roomy.Cos), device.Read(settled.Cos));
        Assert.Equal(device.Read(roomy.Sin), device.Read(settled.Sin));
        Assert.Equal(device.Read(exact.Cos), device.Read(settled.Cos.SubView(0, exact.Cos.Length)));
        settled.EnsureLength(2000);
        Assert.Equal(exact.Frequencies, settled.Frequencies);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void More_positions_than_can_be_counted_are_refused(int length)
    {
        ComputeDevice device = Open("cpu");
        Refused.With("positions", () => new RopeTable(device, Config, RopeScaling.None, length).Dispose());
    }
}
