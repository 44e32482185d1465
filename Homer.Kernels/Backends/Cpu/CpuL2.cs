using System.Runtime.Intrinsics.X86;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>The second-level cache of a core, as far as the processor tells.</summary>
internal static class CpuL2
{
    // Told by no instruction of other processors, whose cores have at least so much.
    private const int Usual = 512;

    // Where x86 processors of all makers tell it: bits 16 … 31 of ECX.
    private const uint CacheLeaf = 0x80000006;
    private const uint LargestLeaf = 0x80000000;

    /// <summary>Its size in KiB.</summary>
    public static readonly int KiB = Read();

    private static int Read()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)LargestLeaf), 0).Eax < CacheLeaf)
            return Usual;
        int told = X86Base.CpuId(unchecked((int)CacheLeaf), 0).Ecx >>> 16;
        return told > 0 ? told : Usual;
    }
}
