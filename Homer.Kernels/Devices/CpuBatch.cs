using System.Collections.Concurrent;
using System.Diagnostics;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>
/// The CPU device's queue: kernels are collected, and run as one batch as soon as the host needs a result. A single ILGPU launch, a
/// persistent
/// kernel, runs batch after batch for as long as the device is open.
/// </summary>
/// <remarks>
/// A launch wakes threads and costs 40 … 100 µs; the groups of the persistent kernel instead spin for a while, waiting for the next batch,
/// before they sleep. Between the kernels of a batch they wait for each other at a spinning barrier, which costs about 1 µs. This requires
/// that a launch of as many groups as there are multiprocessors runs all of them at once, which the CPU accelerator does.
/// </remarks>
internal sealed class CpuBatch : IDisposable
{
    // The longest time that queued work should take, so that progress and cancellation stay responsive with large models, and the most
    // stages, since the next ones may take longer than the last ones did.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);
    private const int MostStages = 256;

    private static readonly ConcurrentDictionary<int, CpuBatch> Batches = new();
    private static int lastId;

    private readonly int id = Interlocked.Increment(ref lastId);
    private readonly List<Stage> stages = [];

    // Compiled in the background: it takes a third of the time of opening the device.
    private readonly Task<Action<KernelConfig, int>> launch;
    private readonly int groups;
    private readonly SpinningSignal given = new();
    private readonly SpinningSignal done = new();
    private Thread? persistent;
    private int batch;
    private bool closing;
    private TimeSpan perStage = TimeSpan.FromMilliseconds(1);
    private bool together;
    private int arrived;
    private int generation;

    public CpuBatch(Accelerator accelerator)
    {
        groups = accelerator.NumMultiprocessors;
        Batches[id] = this;
        launch = Task.Run(() => accelerator.LoadStreamKernel<int>(Kernel));
    }

    /// <summary>Queues a kernel.</summary>
    /// <param name="config">The launch configuration: all groups, or one.</param>
    /// <param name="kernel">The kernel with its arguments.</param>
    public void Add(KernelConfig config, Action kernel) => Add(kernel, config.GridDim.X == 1);

    /// <summary>Queues a copy of host values, as they are now, to memory that kernels queued before may still use.</summary>
    public void AddCopy<T>(ReadOnlySpan<T> values, ArrayView<T> target)
        where T : unmanaged
    {
        T[] taken = values.ToArray();
        Add(() => taken.CopyTo(Span(target)), oneGroup: true);

        static unsafe Span<T> Span(ArrayView<T> view) => new((void*)view.LoadEffectiveAddressAsPtr(), view.IntLength);
    }

    /// <summary>
    /// Queues kernels of which none reads or writes what another writes: the threads have one barrier, after all of them.
    /// </summary>
    public void AddTogether(Action launches)
    {
        together = true;
        try
        {
            launches();
        }
        finally
        {
            together = false;
            if (stages.Count > 0)
                stages[^1] = stages[^1] with { Meets = true };
        }
    }

    /// <summary>Runs the queued kernels and waits for them.</summary>
    public void Flush()
    {
        if (stages.Count == 0)
            return;
        persistent ??= Start(launch.GetAwaiter().GetResult());
        long start = Stopwatch.GetTimestamp();
        given.Set(++batch);
        done.WaitFor(batch);
        perStage = Stopwatch.GetElapsedTime(start) / stages.Count;
        stages.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        launch.Wait();
        closing = true;
        given.Set(++batch);
        persistent?.Join();
        Batches.TryRemove(id, out _);
    }

    private void Add(Action stage, bool oneGroup)
    {
        stages.Add(new(stage, oneGroup, Meets: !together));
        if (stages.Count == MostStages || perStage * stages.Count > Longest)
            Flush();
    }

    private Thread Start(Action<KernelConfig, int> run)
    {
        var thread = new Thread(() => run(new(groups, 1), id)) { IsBackground = true, Name = "Homer's CPU device" };
        thread.Start();
        return thread;
    }

    private static void Kernel(int queue) => Run(queue, Grid.IdxX);

    [IntrinsicImplementation]
    private static void Run(int queue, int group) => Batches[queue].RunBatches(group);

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
        foreach (Stage stage in stages)
        {
            if (!stage.OneGroup || group == 0)
                stage.Kernel();
            if (stage.Meets)
                Meet();
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
    private readonly record struct Stage(Action Kernel, bool OneGroup, bool Meets);
}
