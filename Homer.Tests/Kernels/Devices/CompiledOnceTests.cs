using System.Diagnostics;
using Homer.Kernels.Devices;

namespace Homer.Tests.Kernels.Devices;

/// <summary>Waiting for a kernel that is compiled.</summary>
public sealed class CompiledOnceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1.5);

    private readonly Compilations compilations = new();

    [Fact]
    public void A_cancelled_launch_stops_waiting_within_a_quarter_of_a_second_and_the_next_one_compiles_nothing()
    {
        int compiled = 0;
        var kernel = new CompiledOnce<string>(compilations, () =>
        {
            Thread.Sleep(Long);
            compiled++;
            return "kernel";
        });
        using var stop = new CancellationTokenSource();
        using (Compiling.Until(stop.Token))
        {
            stop.CancelAfter(100);
            var watch = Stopwatch.StartNew();
            Assert.ThrowsAny<OperationCanceledException>(() => kernel.Value);
            Assert.InRange(watch.ElapsedMilliseconds, 0, 350);
            Assert.ThrowsAny<OperationCanceledException>(() => kernel.Value);
        }

        Assert.Equal("kernel", kernel.Value);
        Assert.Equal("kernel", kernel.Value);
        Assert.Equal(1, compiled);
    }

    [Fact]
    public void A_device_is_closed_after_what_it_compiles()
    {
        bool ended = false;
        var kernel = new CompiledOnce<string>(compilations, () =>
        {
            Thread.Sleep(300);
            ended = true;
            return "kernel";
        });
        using var stop = new CancellationTokenSource(50);
        using (Compiling.Until(stop.Token))
            Assert.ThrowsAny<OperationCanceledException>(() => kernel.Value);
        Assert.False(ended);
        compilations.Close();
        Assert.True(ended);
        Assert.Throws<ObjectDisposedException>(() => new CompiledOnce<string>(compilations, () => "late").Value);
    }

    [Fact]
    public void A_failure_is_thrown_as_it_is()
    {
        var kernel = new CompiledOnce<string>(compilations, () => throw new NotSupportedException("no such instruction"));
        Assert.Equal("no such instruction", Assert.Throws<NotSupportedException>(() => kernel.Value).Message);
        Assert.Throws<NotSupportedException>(() => kernel.Value);
    }

    [Fact]
    public void A_scope_ends_where_it_is_left()
    {
        using var outer = new CancellationTokenSource();
        using var inner = new CancellationTokenSource();
        using (Compiling.Until(outer.Token))
        {
            using (Compiling.Until(inner.Token))
            using (Compiling.Until(CancellationToken.None))
                Assert.Equal(inner.Token, Compiling.Cancellation);
            Assert.Equal(outer.Token, Compiling.Cancellation);
        }

        Assert.False(Compiling.Cancellation.CanBeCanceled);
    }
}
