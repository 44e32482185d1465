using System.Runtime.Intrinsics.X86;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>The L2 cache of a core, as far as the processor reports it.</summary>
internal static class CpuL2
{
    // Processors other than x86 have no instruction that reports it; their cores have at least this much.
    private const int Usual = 512;

    // The CPUID leaf in which x86 processors of all makers report it: bits 16 … 31 of ECX.
    private const uint CacheLeaf = 0x80000006;
    private const uint LargestLeaf = 0x80000000;

    /// <summary>The size in KiB.</summary>
    public static readonly int KiB = Read();

    private static int Read()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)LargestLeaf), 0).Eax < CacheLeaf)
            return Usual;
        int reported = X86Base.CpuId(unchecked((int)CacheLeaf), 0).Ecx >>> 16;
        return reported > 0 ? reported : Usual;
    }
}
