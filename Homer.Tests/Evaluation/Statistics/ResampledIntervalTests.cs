using Homer.Engine.Evaluation.Statistics;

namespace Homer.Tests.Evaluation.Statistics;

public sealed class ResampledIntervalTests
{
    [Fact]
    public void Questions_of_a_document_that_go_together_widen_the_interval()
    {
        double[][] together = [.. Enumerable.Range(0, 40).Select(i => Enumerable.Repeat(i % 2 == 0 ? 1.0 : 0, 10).ToArray())];
        double[][] apart = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? 1.0 : 0).ToArray())];
        double[][] single = [.. Enumerable.Range(0, 400).Select(i => new[] { i % 2 == 0 ? 1.0 : 0 })];
        // 0.5 ± 1.96 √(0.25 / 40), and with as many documents as questions √(0.25 / 400).
        AssertNear(0.345, 0.655, ResampledInterval.Of(together)!.Value, 0.02);
        AssertNear(0.5, 0.5, ResampledInterval.Of(apart)!.Value, 1e-9);
        AssertNear(0.451, 0.549, ResampledInterval.Of(single)!.Value, 0.01);
        Assert.Equal(ResampledInterval.Of(together), ResampledInterval.Of(together));
    }

    [Fact]
    public void Drawing_says_nothing_of_one_document_or_of_equal_results()
    {
        Assert.Null(ResampledInterval.Of([[0, 1, 1]]));
        Assert.Null(ResampledInterval.Of([[1, 1], [1, 1, 1]]));
        Assert.Null(ResampledInterval.Of([]));
    }

    private static void AssertNear(double low, double high, ResampledInterval interval, double tolerance)
    {
        Assert.Equal(low, interval.Low, tolerance);
        Assert.Equal(high, interval.High, tolerance);
    }
}
