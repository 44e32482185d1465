using Homer.Kernels.Measuring;

namespace Homer.Tests.Kernels.Measuring;

public sealed class RepetitionsTests
{
    [Fact]
    public void Statistics_are_those_of_the_textbook()
    {
        var times = new Repetitions([4, 1, 3, 8]);
        Assert.Equal((4, 1.0, 4.0, 3.5), (times.Count, times.Shortest, times.Mean, times.Median));
        Assert.Equal(Math.Sqrt((0 + 9 + 1 + 16) / 3.0), times.Deviation, 1e-12);
        (double mean, double deviation) = new Repetitions([1, 2]).Rate(6);
        Assert.Equal(4.5, mean, 1e-12);
        Assert.Equal(Math.Sqrt(2 * 1.5 * 1.5), deviation, 1e-12);
    }

    [Fact]
    public void One_repetition_deviates_from_nothing()
    {
        var times = new Repetitions([2]);
        Assert.Equal((2.0, 2.0, 0.0), (times.Mean, times.Median, times.Deviation));
    }

    [Fact]
    public void Work_is_done_as_often_as_was_asked_and_warmed_up_before()
    {
        int done = 0;
        Assert.Equal(5, Repetitions.Measure(() => done++, 5, warmups: 3).Count);
        Assert.Equal(8, done);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Repetitions.Measure(source.Cancel, 2, cancellation: source.Token));
    }
}
