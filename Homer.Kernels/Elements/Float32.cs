using System.Runtime.InteropServices;
using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>IEEE 754 binary32, an ordinary float.</summary>
/// <param name="value">The value.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float32(float value) : ICacheElement<Float32>, ILoadedElement, IPackedElement, ICopyUnit<Float32>
{
    private readonly float value = value;

    /// <inheritdoc/>
    public float ToSingle() => value;

    /// <inheritdoc/>
    public Float32 FromSingle(float value) => new(value);

    ArrayView<Float32> ICopyUnit<Float32>.Aligned(ArrayView<Float32> view) => view;

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
