using System.Runtime.Intrinsics;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// Which vectors the CPU bodies use: the widest that the processor has, or forced with HOMER_VECTOR_BITS=512, 256, 128 or 32, which is one
/// float at a time.
/// </summary>
internal static class VectorWidth
{
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

    public static string Name => $"{Bits}-bit";
}
