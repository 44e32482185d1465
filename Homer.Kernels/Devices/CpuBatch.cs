using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>
/// The CPU device's queue: kernels are collected, and run as one batch as soon as the host needs a result. Thread safe: one thread at a
/// time adds or runs.
/// </summary>
internal sealed class CpuBatch : IDisposable
{
    // The longest time that queued work should take, so that progress and cancellation stay responsive with large models, and the most
    // stages, since the next ones may take longer than the last ones did.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);
    private const int MostStages = 256;

    private readonly Lock gate = new();
    private readonly CpuWorkers workers;
    private readonly List<CpuWorkers.Stage> stages;
    private TimeSpan perStage = TimeSpan.FromMilliseconds(1);
    private bool together;
    private bool stopped;
    private bool closed;

    public CpuBatch(Accelerator accelerator, CpuMemory memory)
    {
        workers = new(accelerator, memory);
        stages = workers.Stages;
    }

    /// <summary>Ends the threads of a device that was dropped without being disposed of.</summary>
    ~CpuBatch() => workers.Abandon();

    /// <summary>Queues a kernel.</summary>
    /// <param name="config">The launch configuration: all groups, or one.</param>
    /// <param name="kernel">The kernel with its arguments.</param>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    /// <exception cref="InvalidOperationException">A kernel has failed before.</exception>
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
        lock (gate)
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
    }

    /// <summary>Runs the queued kernels and waits for them.</summary>
    /// <exception cref="InvalidOperationException">A kernel failed.</exception>
    public void Flush()
    {
        lock (gate)
        {
            if (stages.Count == 0)
                return;
            long start = Stopwatch.GetTimestamp();
            workers.Run();
            perStage = Stopwatch.GetElapsedTime(start) / stages.Count;
            stages.Clear();
            ThrowIfFailed();
        }
    }

    /// <summary>Drops the queued kernels and refuses further ones, so that the memory they use can be freed.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            stages.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed)
                return;
            closed = true;
            Stop();
            workers.Close();
            GC.SuppressFinalize(this);
        }
    }

    private void Add(Action stage, bool oneGroup)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopped, typeof(ComputeDevice));
            ThrowIfFailed();
            stages.Add(new(stage, oneGroup, Meets: !together));
            if (stages.Count == MostStages || perStage * stages.Count > Longest)
                Flush();
        }
    }

    private void ThrowIfFailed()
    {
        if (workers.Fault is { } fault)
            throw new InvalidOperationException($"A kernel failed on the CPU device, which must be opened anew: {fault.Message}", fault);
    }
}
