using System.Runtime.Intrinsics;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// The width of the vectors that the CPU bodies use: the widest of the processor, or the one set by HOMER_VECTOR_BITS=512, 256, 128 or 32,
/// which is one float at a time.
/// </summary>
internal static class VectorWidth
{
    private const string Variable = "HOMER_VECTOR_BITS";

    /// <summary>The width in bits.</summary>
    public static readonly int Bits = Environment.GetEnvironmentVariable(Variable) switch
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

    /// <summary>Refuses a setting that is no width; a field's initializer cannot, without hiding why.</summary>
    /// <exception cref="HomerException">The variable has another value than the four.</exception>
    public static void RequireKnown() => RequireKnown(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Refuses a value of the variable that is no width.</summary>
    internal static void RequireKnown(string? setting)
    {
        if (setting is not (null or "" or "512" or "256" or "128" or "32"))
            throw new HomerException($"The environment variable {Variable} is not 512, 256, 128 or 32; set one of them, or remove it.");
    }
}
