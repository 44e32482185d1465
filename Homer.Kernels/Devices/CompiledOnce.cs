namespace Homer.Kernels.Devices;

/// <summary>
/// A kernel that is compiled when it is first launched, once, on a thread of its own: whoever waits for it can be cancelled
/// (<see cref="Compiling"/>), and the next launch finds what was compiled meanwhile.
/// </summary>
/// <typeparam name="T">The launcher.</typeparam>
/// <param name="compilations">The compilations of the device.</param>
/// <param name="compile">Compiles the kernel and loads it.</param>
internal sealed class CompiledOnce<T>(Compilations compilations, Func<T> compile)
    where T : class
{
    private readonly Lock gate = new();
    private Task<T>? compilation;
    private T? compiled;

    /// <summary>The launcher, which is waited for.</summary>
    /// <exception cref="OperationCanceledException">The thread's token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    public T Value => Volatile.Read(ref compiled) ?? Wait();

    private T Wait()
    {
        Compiling.Cancellation.ThrowIfCancellationRequested();
        Task<T> running;
        lock (gate)
            running = compilation ??= compilations.Start(compile);
        T value = running.WaitAsync(Compiling.Cancellation).GetAwaiter().GetResult();
        Volatile.Write(ref compiled, value);
        return value;
    }
}
