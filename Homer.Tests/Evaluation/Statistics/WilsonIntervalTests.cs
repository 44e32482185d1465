using CsCheck;
using Homer.Engine.Evaluation.Statistics;

namespace Homer.Tests.Evaluation.Statistics;

public sealed class WilsonIntervalTests
{
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Published_intervals_come_out(int right, int trials, double low, double high)
    {
        WilsonInterval interval = WilsonInterval.Of(right, trials);
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void Without_trials_nothing_is_known() => Assert.Equal(new(0, 1), WilsonInterval.Of(0, 0));

    [Fact]
    public void The_share_lies_inside_and_right_mirrors_wrong() => Gen.Select(Gen.Int[1, 5000], Gen.Double[0, 1]).Sample((trials, share) =>
    {
        int right = (int)(share * trials);
        WilsonInterval interval = WilsonInterval.Of(right, trials), mirrored = WilsonInterval.Of(trials - right, trials);
        double observed = (double)right / trials;
        bool isInside = interval.Low >= 0 && interval.Low <= observed && observed <= interval.High && interval.High <= 1;
        Assert.True(isInside, $"{right} of {trials}: {interval}");
        Assert.Equal(1 - mirrored.High, interval.Low, 1e-12);
    });

    [Fact]
    public void More_right_than_there_were_is_impossible() => Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(3, 2));
}
