using System.Runtime.InteropServices;
using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>The bfloat16 format: the upper half of a binary32.</summary>
/// <param name="bits">Sign (1 bit), exponent (8), fraction (7).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct BFloat16(ushort bits) : IPackedElement
{
    private readonly ushort bits = bits;

    /// <inheritdoc/>
    public float ToSingle() => Interop.IntAsFloat((uint)bits << 16);

    /// <summary>Rounds a value ≥ 0 up to the next element.</summary>
    public static BFloat16 NotBelow(float value) => new((ushort)((Interop.FloatAsInt(value) + 0xffff) >> 16));

    PackedEight IPackedElement.Load(ArrayView<Word128> row, int i) => new() { First = row[i] };

    float IPackedElement.Dot(PackedEight loaded, Float32x4 low, Float32x4 high) =>
        PackedEight.Dot(Unpack(loaded.First.E01), Unpack(loaded.First.E23), Unpack(loaded.First.E45), Unpack(loaded.First.E67), low, high);

    private static Float32x2 Unpack(uint bits) =>
        new() { Low = Interop.IntAsFloat(bits << 16), High = Interop.IntAsFloat(bits & 0xffff0000u) };
}
