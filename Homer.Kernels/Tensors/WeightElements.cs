using System.Runtime.InteropServices;
using ILGPU;

namespace Homer.Kernels.Tensors;

/// <summary>
/// An element as weights are stored. Kernels are generic over it, so that 16-bit weights are widened to 32 bits in registers and
/// never copied in memory.
/// </summary>
public interface IWeightElement
{
    /// <summary>The exact value as a 32-bit float.</summary>
    float ToSingle();
}

/// <summary>IEEE 754 binary32.</summary>
/// <param name="value">The value.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float32(float value) : IWeightElement
{
    private readonly float value = value;

    /// <inheritdoc/>
    public float ToSingle() => value;
}

/// <summary>IEEE 754 binary16, decoded from its bits: no native 16-bit type is asked of the device.</summary>
/// <param name="bits">Sign (1 bit), exponent (5), fraction (10).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float16(ushort bits) : IWeightElement
{
    internal const int MagnitudeMask = 0x7fff;
    internal const int SmallestNormal = 0x0400;
    internal const int Infinity = 0x7c00;

    /// <summary>The difference of the exponent biases (127 − 15) in a binary32's exponent field.</summary>
    internal const int ExponentShift = 112 << 23;

    /// <summary>2⁻²⁴, the value of a subnormal's last fraction bit.</summary>
    internal const float SubnormalUnit = 1f / (1 << 24);

    private readonly ushort bits = bits;

    /// <inheritdoc/>
    public float ToSingle()
    {
        int magnitude = bits & MagnitudeMask;
        int sign = (bits - magnitude) << 16;
        int normal = (magnitude << 13) + (magnitude < Infinity ? ExponentShift : 2 * ExponentShift);
        float value = magnitude < SmallestNormal ? magnitude * SubnormalUnit : Interop.IntAsFloat((uint)normal);
        return sign == 0 ? value : -value;
    }
}

/// <summary>bfloat16: the upper half of a binary32.</summary>
/// <param name="bits">Sign (1 bit), exponent (8), fraction (7).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16(ushort bits) : IWeightElement
{
    private readonly ushort bits = bits;

    /// <inheritdoc/>
    public float ToSingle() => Interop.IntAsFloat((uint)bits << 16);
}
