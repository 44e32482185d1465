using System.Runtime.InteropServices;
using Homer.Kernels.MatMul.Wgmma;

namespace Homer.Tests.Kernels.TensorCores;

/// <summary>Numbers at an address that is a multiple of 16, which an <see cref="EmulatedGroup"/> may read and write.</summary>
internal sealed unsafe class NativeCopy<T> : IDisposable
    where T : unmanaged
{
    private readonly T* memory;
    private readonly int count;

    public NativeCopy(T[] values)
    {
        count = values.Length;
        memory = (T*)NativeMemory.AlignedAlloc((nuint)Range.Bytes, WarpgroupTiling.Chunk);
        values.CopyTo(new Span<T>(memory, count));
    }

    public long Address => (long)memory;

    public (long Start, long Bytes) Range => (Address, (long)count * sizeof(T));

    public T[] Read() => new Span<T>(memory, count).ToArray();

    public void Dispose() => NativeMemory.AlignedFree(memory);
}
