using System.Runtime.CompilerServices;
using Homer.Kernels.Devices;
using ILGPU.Runtime;

namespace Homer.Tests.Kernels.Devices;

/// <summary>The CPU device in wrong hands: nothing may hang, whatever the number of threads.</summary>
public sealed class CpuBatchTests
{
    [Theory]
    [InlineData("cpu:1")]
    [InlineData("cpu:2")]
    [InlineData("cpu:5")]
    public void A_kernel_that_fails_throws_to_the_caller_and_ends_the_use_of_the_device(string name)
    {
        using ComputeDevice device = DeviceCatalog.Open(name);
        using DeviceBuffer<int> buffer = device.Allocate<int>(1, MemoryUse.Workspace);
        int ran = 0;
        device.Batch!.Add(device.Grid(1), () => throw new DivideByZeroException("by test"));
        device.Batch.Add(device.Grid(1), () => Interlocked.Increment(ref ran));
        var failure = Assert.Throws<InvalidOperationException>(device.Synchronize);
        Assert.IsType<DivideByZeroException>(failure.InnerException);
        Assert.True(ran < device.Accelerator.NumMultiprocessors, "a kernel after the failed one ran to its end");
        Assert.Throws<InvalidOperationException>(() => device.Batch.Add(device.Grid(1), () => { }));
    }

    [Fact]
    public void A_closed_device_refuses_work()
    {
        ComputeDevice device = DeviceCatalog.Open("cpu");
        DeviceBuffer<int> buffer = device.Allocate<int>(4, MemoryUse.Workspace);
        device.Batch!.Add(device.Grid(1), () => { });
        device.Dispose();
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.Batch.Add(device.Grid(1), () => { }));
        Assert.Throws<ObjectDisposedException>(() => device.Allocate<int>(1, MemoryUse.Workspace));
        Assert.Throws<ObjectDisposedException>(() => buffer.Write([1]));
        buffer.Dispose();
    }

    [Fact]
    public void Threads_may_launch_at_once()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu:2");
        int sum = 0;
        Parallel.For(0, 8, new() { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                device.Batch!.Add(device.OneGroup, () => Interlocked.Increment(ref sum));
                if (i % 7 == 0)
                    device.Synchronize();
            }

            device.Synchronize();
        });
        Assert.Equal(8 * 200, sum);
    }

    [Fact]
    public void A_device_that_nobody_disposes_of_is_closed_by_the_collector()
    {
        Accelerator dropped = Drop();
        for (int i = 0; i < 500 && !dropped.IsDisposed; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10);
        }

        Assert.True(dropped.IsDisposed, "the accelerator is still open");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Accelerator Drop()
    {
        ComputeDevice device = DeviceCatalog.Open("cpu:2");
        device.Allocate<int>(1 << 20, MemoryUse.Workspace).Write([1, 2, 3]);
        device.Batch!.Add(device.Grid(1), () => { });
        device.Synchronize();
        return device.Accelerator;
    }
}
