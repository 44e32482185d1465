using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// Working memory of a thread of the CPU device, which stays in its caches: what shared memory is to a group of threads on a GPU, and as little
/// accounted. Kept for the life of the thread; it grows by doubling, since the rows of decoding are longer each time.
/// </summary>
internal static unsafe class ThreadScratch
{
    private const int Alignment = 64 / sizeof(float);

    [ThreadStatic]
    private static float[]? memory;

    /// <summary>Room for <paramref name="count"/> floats of undefined content, aligned to a cache line; valid until the thread asks again.</summary>
    public static float* Take(int count)
    {
        if (memory is null || memory.Length < count + Alignment)
            memory = GC.AllocateUninitializedArray<float>(Math.Max(count + Alignment, 2 * (memory?.Length ?? 0)), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (float*)((start + (Alignment * sizeof(float)) - 1) & -(Alignment * sizeof(float)));
    }
}
