using System.Runtime.InteropServices;

namespace Homer.Kernels.Devices;

/// <summary>The host memory of the CPU device, aligned to cache lines. Thread safe.</summary>
internal sealed class CpuMemory
{
    private const int Alignment = 64;

    private readonly HashSet<nint> held = [];

    /// <summary>Allocates memory of undefined content.</summary>
    /// <exception cref="OutOfMemoryException">The machine has not enough memory.</exception>
    public unsafe nint Allocate(long bytes)
    {
        nint pointer = (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        lock (held)
            held.Add(pointer);
        return pointer;
    }

    /// <summary>Frees memory; a second call for it does nothing.</summary>
    public unsafe void Free(nint pointer)
    {
        lock (held)
        {
            if (!held.Remove(pointer))
                return;
        }

        NativeMemory.AlignedFree((void*)pointer);
    }

    /// <summary>Frees all memory that is still held.</summary>
    public void FreeAll()
    {
        nint[] rest;
        lock (held)
            rest = [.. held];
        foreach (nint pointer in rest)
            Free(pointer);
    }
}
