using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>Prefetches cache lines on x86. Nothing is read, so an address may lie beyond the end of an array.</summary>
internal static unsafe class CpuPrefetch
{
    /// <summary>Brings a line that is needed soon into the L1 cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToL1(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>Brings a line that is needed later into the L2 cache, and no further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToL2(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }
}
