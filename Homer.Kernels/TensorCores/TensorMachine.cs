using Homer.Kernels.Elements;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// The executor of <see cref="TensorInstructions"/> where there are no tensor cores. Tests derive from it, run every thread of a group and
/// follow the PTX ISA's description of each instruction. Outside tests no product is computed this way.
/// </summary>
internal abstract class TensorMachine
{
    [ThreadStatic]
    private static TensorMachine? current;

    /// <summary>The machine of the calling thread.</summary>
    public static TensorMachine Current
    {
        get => current ?? throw new InvalidOperationException("Tensor instructions run on NVIDIA GPUs of sm_80 and later.");
        set => current = value;
    }

    public abstract uint SharedMemory();

    public abstract void Barrier();

    public abstract void CopyAsync(uint target, long source, int bytes);

    public abstract void CommitCopies();

    public abstract void WaitForCopies(int pending);

    /// <summary>Makes the thread's copies visible to wgmma.</summary>
    public abstract void FenceCopies();

    public abstract T LoadGlobal<T>(long address)
        where T : unmanaged;

    public abstract void StoreGlobal<T>(long address, T values)
        where T : unmanaged;

    public abstract void Store(uint address, Registers values);

    public abstract void Store(uint address, float value);

    public abstract Float32x4 LoadFour(uint address);

    public abstract Float32x2 LoadPair(uint address);

    public abstract Registers LoadMatrices(uint address);

    public abstract Registers LoadTransposedMatrices(uint address);

    /// <summary>Returns the value of the lane whose number differs in the bits of <paramref name="mask"/>.</summary>
    public abstract float Exchange(float value, int mask);

    public abstract float Exp2(float x);

    /// <summary>Executes one mma.m16n8k16 over elements whose values <paramref name="decode"/> returns.</summary>
    public abstract Sums MultiplyAdd(Sums sums, Registers x, uint w0, uint w1, Func<ushort, float> decode);

    /// <summary>Sets a thread's sums of a warpgroup's tile of <paramref name="columns"/> columns to zero.</summary>
    public abstract void ClearSums(int columns);

    /// <summary>Begins four wgmma.m64nNk16, one after another, over elements whose values <paramref name="decode"/> returns.</summary>
    public abstract void BeginMultiplyAdd(long a, long b, Func<ushort, float> decode);

    /// <summary>Waits for all products but the last <paramref name="pending"/>.</summary>
    public abstract void WaitForProducts(int pending);

    /// <summary>Returns a thread's sums of 64 columns, from the sum numbered <paramref name="first"/> on.</summary>
    public abstract SumRow ReadSums(int first);
}
