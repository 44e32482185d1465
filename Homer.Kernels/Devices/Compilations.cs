namespace Homer.Kernels.Devices;

/// <summary>The compilations that a device has begun, which end before it is closed. Thread safe.</summary>
internal sealed class Compilations
{
    private readonly HashSet<Task> running = [];
    private bool closed;

    /// <summary>Begins a compilation.</summary>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    public Task<T> Start<T>(Func<T> compile)
    {
        lock (running)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(ComputeDevice));
            running.RemoveWhere(task => task.IsCompleted);
            var begun = Task.Factory.StartNew(
                compile, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            running.Add(begun);
            return begun;
        }
    }

    /// <summary>Refuses further compilations, and waits for those that run.</summary>
    public void Close()
    {
        Task[] last;
        lock (running)
        {
            closed = true;
            last = [.. running];
        }

        foreach (Task task in last)
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
    }
}
