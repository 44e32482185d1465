using System.Runtime.Intrinsics;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// The width of the vectors that the CPU bodies use: the widest of the processor, or the one set by HOMER_VECTOR_BITS=512, 256, 128 or 32,
/// which is one float at a time.
/// </summary>
internal static class VectorWidth
{
    /// <summary>The width in bits.</summary>
    public static readonly int Bits = Environment.GetEnvironmentVariable("HOMER_VECTOR_BITS") switch
    {
        "512" => 512,
        "256" => 256,
        "128" => 128,
        "32" => 32,
        _ when Vector512.IsHardwareAccelerated => 512,
        _ when Vector256.IsHardwareAccelerated => 256,
        _ when Vector128.IsHardwareAccelerated => 128,
        _ => 32,
    };

    /// <summary>The width as it is shown to users.</summary>
    public static string Name => $"{Bits}-bit";
}
