using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// The scratch memory of one thread of the CPU device, which stays in its caches: the counterpart of shared memory on a GPU, and, like it,
/// not
/// counted in the memory ledger. It lives as long as the thread and grows by doubling, since each decode step needs longer rows.
/// </summary>
internal static unsafe class ThreadScratch
{
    private const int Alignment = 64 / sizeof(float);

    [ThreadStatic]
    private static float[]? memory;

    /// <summary>
    /// Returns memory for <paramref name="count"/> floats of undefined content, aligned to a cache line. It is valid until the thread's
    /// next call.
    /// </summary>
    public static float* Take(int count)
    {
        if (memory is null || memory.Length < count + Alignment)
            memory = GC.AllocateUninitializedArray<float>(Math.Max(count + Alignment, 2 * (memory?.Length ?? 0)), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (float*)((start + (Alignment * sizeof(float)) - 1) & -(Alignment * sizeof(float)));
    }
}
