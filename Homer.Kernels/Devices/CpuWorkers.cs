using System.Collections.Concurrent;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>
/// The threads of the CPU device. A single ILGPU launch, a persistent kernel, runs batch after batch of stages for as long as the device is
/// open. Its groups do not refer to <see cref="CpuBatch"/>, so that a device that nobody disposes of can be collected.
/// </summary>
/// <remarks>
/// A launch wakes threads and costs 40 … 100 µs; the groups of the persistent kernel instead spin for a while, waiting for the next batch,
/// before they sleep. Between the kernels of a batch they wait for each other at a spinning barrier, which costs about 1 µs. This requires
/// that a launch of as many groups as there are multiprocessors runs all of them at once, which the CPU accelerator does.
/// </remarks>
internal sealed class CpuWorkers
{
    private static readonly ConcurrentDictionary<int, CpuWorkers> Open = new();
    private static int lastId;

    private readonly int id = Interlocked.Increment(ref lastId);
    private readonly Accelerator accelerator;
    private readonly CpuMemory memory;

    // Compiled in the background: it takes a third of the time of opening the device.
    private readonly Task<Action<KernelConfig, int>> launch;
    private readonly int groups;
    private readonly SpinningSignal given = new();
    private readonly SpinningSignal done = new();
    private Thread? persistent;
    private int batch;
    private bool closing;
    private int arrived;
    private int generation;
    private Exception? fault;

    public CpuWorkers(Accelerator accelerator, CpuMemory memory)
    {
        this.accelerator = accelerator;
        this.memory = memory;
        groups = accelerator.NumMultiprocessors;
        Open[id] = this;
        launch = Task.Run(() => accelerator.LoadStreamKernel<int>(Kernel));
    }

    /// <summary>The stages of the batch that runs.</summary>
    public List<Stage> Stages { get; } = [];

    /// <summary>The first exception of a kernel, after which no kernel runs any more; null where there was none.</summary>
    public Exception? Fault => Volatile.Read(ref fault);

    /// <summary>Runs the stages and waits for them.</summary>
    public void Run()
    {
        persistent ??= Start(launch.GetAwaiter().GetResult());
        given.Set(++batch);
        done.WaitFor(batch);
    }

    /// <summary>Ends the threads and waits for them.</summary>
    public void Close()
    {
        launch.Wait();
        closing = true;
        given.Set(++batch);
        persistent?.Join();
        Open.TryRemove(id, out _);
    }

    /// <summary>Ends the threads of a device that was dropped without being disposed of, and frees all that it held.</summary>
    public void Abandon() => Task.Run(() =>
    {
        Close();
        Context context = accelerator.Context;
        accelerator.Dispose();
        context.Dispose();
        memory.FreeAll();
    });

    private Thread Start(Action<KernelConfig, int> run)
    {
        var thread = new Thread(() => run(new(groups, 1), id)) { IsBackground = true, Name = "Homer's CPU device" };
        thread.Start();
        return thread;
    }

    private static void Kernel(int queue) => Run(queue, Grid.IdxX);

    [IntrinsicImplementation]
    private static void Run(int queue, int group) => Open[queue].RunBatches(group);

    private void RunBatches(int group)
    {
        for (int next = 1; ; next++)
        {
            given.WaitFor(next);
            if (closing)
                return;
            RunStages(group);
            Meet();
            if (group == 0)
                done.Set(next);
        }
    }

    private void RunStages(int group)
    {
        foreach (Stage stage in Stages)
        {
            if (!stage.OneGroup || group == 0)
                TryRun(stage.Kernel);
            if (stage.Meets)
                Meet();
        }
    }

    // A group whose kernel fails goes on to meet the others, who would wait for ever otherwise.
    private void TryRun(Action kernel)
    {
        if (Fault is not null)
            return;
        try
        {
            kernel();
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref fault, e, null);
        }
    }

    /// <summary>Waits until every group has called it: a spinning barrier.</summary>
    private void Meet()
    {
        int current = Volatile.Read(ref generation);
        if (Interlocked.Increment(ref arrived) == groups)
        {
            arrived = 0;
            Volatile.Write(ref generation, current + 1);
            return;
        }

        var spin = new SpinWait();
        while (Volatile.Read(ref generation) == current)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    /// <param name="Kernel">A kernel with its arguments.</param>
    /// <param name="OneGroup">Whether the first group alone runs it.</param>
    /// <param name="Meets">Whether the groups wait for each other after it.</param>
    public readonly record struct Stage(Action Kernel, bool OneGroup, bool Meets);
}
