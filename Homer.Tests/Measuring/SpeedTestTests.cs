using Homer.Engine.Measuring;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Measuring;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Measuring;

public sealed class SpeedTestTests : DeviceTests
{
    private static readonly Ceilings Ceilings = new("cpu", new Dictionary<int, double> { [512] = 1e9 }, 1e9, new(1, 1));

    [Theory, EveryDevice]
    public void What_is_counted_is_what_the_work_needs_and_nothing_is_left_behind(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        var test = new SpeedTest(new(model, HomerOptions.Best with { Chunk = 40 }), Ceilings);
        long before = model.Device.Memory.InUse;
        SpeedResult plain = test.Run(new("plain", 100, 0, 0), 2), merged = test.Run(new("homer", 3000, 0, 0), 1);
        Assert.Equal(WorkForecast.OfPlain(model.Config, 100).Flop, plain.Work);
        // Tokens in different chunks do not attend to each other.
        Assert.InRange(merged.Work, WorkForecast.OfPlain(model.Config, 100).Flop, 0.5 * WorkForecast.OfPlain(model.Config, 3000).Flop);
        Assert.Equal((2, 1e9), (plain.Times.Count, plain.Ceiling));

        // A further question computes only its own tokens in the leaves, and everything above them.
        SpeedResult again = test.Run(new("homer-again", 3000, 0, 0), 1);
        Assert.InRange(again.Work, 0.1 * merged.Work, 0.9 * merged.Work);
        Assert.True(again.PeakBytes > merged.PeakBytes);

        // The 4 tokens after the first 10 attend to 11, 12, 13 and 14 tokens: 50 in all.
        SpeedResult written = test.Run(new("plain", 0, 4, 10), 3);
        Assert.Equal((4.0 * model.WeightsBytesPerToken) + (50.0 * model.Config.CacheBytesPerToken), written.Work, 1e-6);
        Assert.True(written.Ceiling > 0 && written.Ratio > 0);
        // After merging, the cache has at most 40 tokens.
        double most = (4.0 * model.WeightsBytesPerToken) + (4.0 * 44 * model.Config.CacheBytesPerToken);
        Assert.InRange(test.Run(new("homer", 0, 4, 300), 1).Work, written.Work, most);
        Assert.Equal(before, model.Device.Memory.InUse);
    }

    [Fact]
    public void Stops_when_asked()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            SpeedTest.RunAll(new(model, HomerOptions.Best), [new("plain", 8, 0, 0)], 1, cancellation: source.Token));
    }
}
