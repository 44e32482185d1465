using System.Runtime.InteropServices;
using Homer.Kernels.TensorCores;
using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>
/// An element as weights are stored. Kernels are generic over it, so that 16-bit weights are widened to 32 bits in registers and
/// never copied in memory.
/// </summary>
public interface IWeightElement
{
    /// <summary>The exact value as a 32-bit float.</summary>
    float ToSingle();
}

/// <summary>An element that keys and values can be stored as: one that kernels also write.</summary>
/// <typeparam name="TSelf">The element itself.</typeparam>
public interface ICacheElement<TSelf> : IWeightElement
{
    /// <summary>The element nearest to a 32-bit float; what it is called on does not matter.</summary>
    TSelf FromSingle(float value);
}

/// <summary>IEEE 754 binary32.</summary>
/// <param name="value">The value.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float32(float value) : ICacheElement<Float32>, ILoadedElement, IPackedElement, IWord<Float32>
{
    private readonly float value = value;

    /// <inheritdoc/>
    public float ToSingle() => value;

    /// <inheritdoc/>
    public Float32 FromSingle(float value) => new(value);

    ArrayView<Float32> IWord<Float32>.Aligned(ArrayView<Float32> view) => view;

    int ILoadedElement.ElementsOfLoad => 4;

    Float32x8 ILoadedElement.Numbers(Word128 loaded) => new() { Low = Numbers(loaded) };

    PackedEight IPackedElement.Load(ArrayView<Word128> row, int i) => new() { First = row[2 * i], Second = row[(2 * i) + 1] };

    float IPackedElement.Dot(PackedEight loaded, Float32x4 low, Float32x4 high) => Dot(loaded.First, low) + Dot(loaded.Second, high);

    private static Float32x4 Numbers(Word128 bits) => new()
    {
        X = Interop.IntAsFloat(bits.E01),
        Y = Interop.IntAsFloat(bits.E23),
        Z = Interop.IntAsFloat(bits.E45),
        W = Interop.IntAsFloat(bits.E67),
    };

    private static float Dot(Word128 bits, Float32x4 numbers) =>
        (Interop.IntAsFloat(bits.E01) * numbers.X) + (Interop.IntAsFloat(bits.E23) * numbers.Y)
        + (Interop.IntAsFloat(bits.E45) * numbers.Z) + (Interop.IntAsFloat(bits.E67) * numbers.W);
}

/// <summary>IEEE 754 binary16, decoded from its bits: no native 16-bit type is asked of the device.</summary>
/// <param name="bits">Sign (1 bit), exponent (5), fraction (10).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float16(ushort bits) : ICacheElement<Float16>, ILoadedElement, IPackedElement, ITensorElement
{
    internal const int MagnitudeMask = 0x7fff;
    internal const int SignBit = 0x8000;
    internal const int SmallestNormal = 0x0400;
    internal const int Infinity = 0x7c00;

    /// <summary>The difference of the exponent biases (127 − 15) in a binary32's exponent field.</summary>
    internal const int ExponentShift = 112 << 23;

    /// <summary>Twice as much, which gives a number times 2¹¹²: set in a binary32's exponent field, of which a binary16's exponent fills the rest.</summary>
    internal const int ScaledExponent = 2 * ExponentShift;

    /// <summary>The last bit of a binary32's exponent field.</summary>
    internal const int ExponentBit = 1 << 23;

    /// <summary>2⁻¹¹².</summary>
    internal const float Unscale = 1 / Scale;

    /// <summary>2⁻¹⁴ · 2¹¹².</summary>
    internal const float ScaledSmallestNormal = SmallestNormalValue * Scale;

    /// <summary>2⁻²⁴, the value of a subnormal's last fraction bit.</summary>
    internal const float SubnormalUnit = 1f / (1 << 24);

    /// <summary>The largest number, which stands for all that are larger.</summary>
    internal const float Largest = 65504;

    /// <summary>2⁻¹⁴, below which numbers are subnormal.</summary>
    internal const float SmallestNormalValue = 1f / (1 << 14);

    /// <summary>One half, whose last fraction bit as a binary32 is <see cref="SubnormalUnit"/>: added to a subnormal, it rounds it.</summary>
    internal const float SubnormalRounding = 0.5f;

    internal const int NotANumber = 0x7e00;

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

    /// <summary>Rounds to nearest, ties to even; numbers beyond ±65504 become ±65504, so that no key or value turns infinite.</summary>
    public Float16 FromSingle(float value)
    {
        float magnitude = value < 0 ? -value : value;
        int rounded = NotANumber;
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
        return new() { Low = new() { X = a.Low, Y = a.High, Z = b.Low, W = b.High }, High = new() { X = c.Low, Y = c.High, Z = d.Low, W = d.High } };
    }

    PackedEight IPackedElement.Load(ArrayView<Word128> row, int i) => new() { First = row[i] };

    float IPackedElement.Dot(PackedEight loaded, Float32x4 low, Float32x4 high) =>
        PackedEight.Dot(Unpack(loaded.First.E01), Unpack(loaded.First.E23), Unpack(loaded.First.E45), Unpack(loaded.First.E67), low, high);

    /// <summary>Numbers beyond ±65504 become ±65504.</summary>
    uint ITensorElement.Round(Float32x2 pair) => TensorInstructions.RoundToFloat16(TensorInstructions.Saturate(pair.Low), TensorInstructions.Saturate(pair.High));

    Float32x2 ITensorElement.Remainder(Float32x2 pair, uint rounded)
    {
        Float32x2 value = Float16Pair.Decode(rounded);
        return new() { Low = pair.Low - value.Low, High = pair.High - value.High };
    }

    Sums ITensorElement.MultiplyAdd(Sums sums, Registers x, uint w0, uint w1) => TensorInstructions.MultiplyAddFloat16(sums, x, w0, w1);

    void ITensorElement.BeginMultiplyAdd256(long a, long b) => WarpgroupInstructions.BeginFloat16Of256(a, b);

    void ITensorElement.BeginMultiplyAdd128(long a, long b) => WarpgroupInstructions.BeginFloat16Of128(a, b);

    void ITensorElement.BeginMultiplyAdd64(long a, long b) => WarpgroupInstructions.BeginFloat16Of64(a, b);

    private static Float32x2 Unpack(uint bits) => Float16Pair.Decode(bits);
}

/// <summary>bfloat16: the upper half of a binary32.</summary>
/// <param name="bits">Sign (1 bit), exponent (8), fraction (7).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16(ushort bits) : IPackedElement, ITensorElement
{
    private readonly ushort bits = bits;

    /// <inheritdoc/>
    public float ToSingle() => Interop.IntAsFloat((uint)bits << 16);

    /// <summary>The least element that is not below a number ≥ 0.</summary>
    public static BFloat16 NotBelow(float value) => new((ushort)((Interop.FloatAsInt(value) + 0xffff) >> 16));

    PackedEight IPackedElement.Load(ArrayView<Word128> row, int i) => new() { First = row[i] };

    float IPackedElement.Dot(PackedEight loaded, Float32x4 low, Float32x4 high) =>
        PackedEight.Dot(Unpack(loaded.First.E01), Unpack(loaded.First.E23), Unpack(loaded.First.E45), Unpack(loaded.First.E67), low, high);

    uint ITensorElement.Round(Float32x2 pair) => TensorInstructions.RoundToBFloat16(pair.Low, pair.High);

    Float32x2 ITensorElement.Remainder(Float32x2 pair, uint rounded)
    {
        Float32x2 value = Unpack(rounded);
        return new() { Low = pair.Low - value.Low, High = pair.High - value.High };
    }

    Sums ITensorElement.MultiplyAdd(Sums sums, Registers x, uint w0, uint w1) => TensorInstructions.MultiplyAddBFloat16(sums, x, w0, w1);

    void ITensorElement.BeginMultiplyAdd256(long a, long b) => WarpgroupInstructions.BeginBFloat16Of256(a, b);

    void ITensorElement.BeginMultiplyAdd128(long a, long b) => WarpgroupInstructions.BeginBFloat16Of128(a, b);

    void ITensorElement.BeginMultiplyAdd64(long a, long b) => WarpgroupInstructions.BeginBFloat16Of64(a, b);

    private static Float32x2 Unpack(uint bits) => new() { Low = Interop.IntAsFloat(bits << 16), High = Interop.IntAsFloat(bits & 0xffff0000u) };
}
