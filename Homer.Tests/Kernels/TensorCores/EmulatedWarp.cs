namespace Homer.Tests.Kernels.TensorCores;

/// <summary>The values that the threads of a warp, or of a warpgroup, exchange in an instruction that they execute together.</summary>
internal sealed class EmulatedWarp(int threads, CancellationToken failing) : IDisposable
{
    private readonly Barrier barrier = new(threads);
    private readonly uint[][] shown = new uint[threads][];

    /// <summary>Shows a lane's registers to all, lets it compute from those of all, and goes on when all have.</summary>
    public T Together<T>(int lane, uint[] registers, Func<uint[][], T> compute)
    {
        shown[lane] = registers;
        barrier.SignalAndWait(failing);
        T result = compute(shown);
        barrier.SignalAndWait(failing);
        return result;
    }

    public void Dispose() => barrier.Dispose();
}
