using System.Runtime.InteropServices;
using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>IEEE 754 binary16, decoded from its bits, so that a device needs no native 16-bit type.</summary>
/// <param name="bits">Sign (1 bit), exponent (5), fraction (10).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float16(ushort bits) : ICacheElement<Float16>, ILoadedElement, IPackedElement
{
    internal const int MagnitudeMask = 0x7fff;
    internal const int SignBit = 0x8000;
    internal const int SmallestNormal = 0x0400;
    internal const int Infinity = 0x7c00;

    /// <summary>The difference of the exponent biases (127 − 15) in a binary32's exponent field.</summary>
    internal const int ExponentShift = 112 << 23;

    /// <summary>
    /// Twice <see cref="ExponentShift"/>: set above a binary16's exponent in a binary32's exponent field, it gives the value times 2¹¹².
    /// </summary>
    internal const int ScaledExponent = 2 * ExponentShift;

    /// <summary>The last bit of a binary32's exponent field.</summary>
    internal const int ExponentBit = 1 << 23;

    /// <summary>The factor 2⁻¹¹², which undoes <see cref="ScaledExponent"/>.</summary>
    internal const float Unscale = 1 / Scale;

    /// <summary>The smallest normal value times 2¹¹²: 2⁻¹⁴ · 2¹¹².</summary>
    internal const float ScaledSmallestNormal = SmallestNormalValue * Scale;

    /// <summary>The value 2⁻²⁴ of a subnormal's last fraction bit.</summary>
    internal const float SubnormalUnit = 1f / (1 << 24);

    /// <summary>The largest finite value, to which larger ones saturate.</summary>
    internal const float Largest = 65504;

    /// <summary>The value 2⁻¹⁴, below which numbers are subnormal.</summary>
    internal const float SmallestNormalValue = 1f / (1 << 14);

    /// <summary>
    /// One half, whose last fraction bit as a binary32 is worth <see cref="SubnormalUnit"/>, so that adding it to a subnormal rounds that.
    /// </summary>
    internal const float SubnormalRounding = 0.5f;

    internal const int NaN = 0x7e00;

    private const float Scale = (float)(1L << 56) * (1L << 56);

    private readonly ushort bits = bits;

    /// <inheritdoc/>
    public float ToSingle()
    {
        int magnitude = bits & MagnitudeMask;
        int sign = (bits - magnitude) << 16;
        int normal = (magnitude << 13) + (magnitude < Infinity ? ExponentShift : ScaledExponent);
        float value = magnitude < SmallestNormal ? magnitude * SubnormalUnit : Interop.IntAsFloat((uint)normal);
        return sign == 0 ? value : -value;
    }

    /// <summary>Rounds to nearest, ties to even; values beyond ±65504 become ±65504, so that no key or value becomes infinite.</summary>
    public Float16 FromSingle(float value)
    {
        float magnitude = value < 0 ? -value : value;
        int rounded = NaN;
        if (magnitude < SmallestNormalValue)
        {
            rounded = (int)(Interop.FloatAsInt(magnitude + SubnormalRounding) - Interop.FloatAsInt(SubnormalRounding));
        }
        else if (magnitude >= SmallestNormalValue)
        {
            int exact = (int)Interop.FloatAsInt(magnitude < Largest ? magnitude : Largest) - ExponentShift;
            rounded = (exact + 0x0fff + ((exact >> 13) & 1)) >> 13;
        }

        return new((ushort)(rounded | (value < 0 ? SignBit : 0)));
    }

    int ILoadedElement.ElementsOfLoad => 8;

    Float32x8 ILoadedElement.Numbers(Word128 loaded)
    {
        Float32x2 a = Unpack(loaded.E01), b = Unpack(loaded.E23), c = Unpack(loaded.E45), d = Unpack(loaded.E67);
        return new()
        {
            Low = new() { X = a.Low, Y = a.High, Z = b.Low, W = b.High },
            High = new() { X = c.Low, Y = c.High, Z = d.Low, W = d.High },
        };
    }

    PackedEight IPackedElement.Load(ArrayView<Word128> row, int i) => new() { First = row[i] };

    float IPackedElement.Dot(PackedEight loaded, Float32x4 low, Float32x4 high) =>
        PackedEight.Dot(Unpack(loaded.First.E01), Unpack(loaded.First.E23), Unpack(loaded.First.E45), Unpack(loaded.First.E67), low, high);

    private static Float32x2 Unpack(uint bits) => Float16Pair.Decode(bits);
}
