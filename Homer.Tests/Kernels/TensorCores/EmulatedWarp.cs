namespace Homer.Tests.Kernels.TensorCores;

/// <summary>What the 32 threads of a warp show each other in an instruction that they execute together.</summary>
internal sealed class EmulatedWarp(CancellationToken failing) : IDisposable
{
    private readonly Barrier barrier = new(32);
    private readonly uint[][] shown = new uint[32][];

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
