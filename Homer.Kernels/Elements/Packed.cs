using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Elements;

/// <summary>Two neighbouring elements, widened to 32-bit floats.</summary>
internal struct Float32x2
{
    public float Low, High;
}

/// <summary>Four 32-bit floats, 16 bytes, which a thread of a GPU loads in one instruction.</summary>
internal struct Float32x4
{
    public float X, Y, Z, W;
}

/// <summary>Eight 32-bit floats.</summary>
internal struct Float32x8
{
    public Float32x4 Low, High;

    /// <summary>Returns the dot product.</summary>
    public static float Dot(Float32x8 a, Float32x8 b) =>
        (a.Low.X * b.Low.X) + (a.Low.Y * b.Low.Y) + (a.Low.Z * b.Low.Z) + (a.Low.W * b.Low.W)
        + (a.High.X * b.High.X) + (a.High.Y * b.High.Y) + (a.High.Z * b.High.Z) + (a.High.W * b.High.W);

    /// <summary>Returns a + factor · b.</summary>
    public static Float32x8 MultiplyAdd(Float32x8 a, float factor, Float32x8 b) =>
        new() { Low = MultiplyAdd(a.Low, factor, b.Low), High = MultiplyAdd(a.High, factor, b.High) };

    private static Float32x4 MultiplyAdd(Float32x4 a, float factor, Float32x4 b) =>
        new() { X = a.X + (factor * b.X), Y = a.Y + (factor * b.Y), Z = a.Z + (factor * b.Z), W = a.W + (factor * b.W) };
}

/// <summary>The bits of eight 16-bit elements or four 32-bit ones: 16 bytes, which a thread of a GPU loads in one instruction.</summary>
internal struct Word128 : ICopyUnit<Word128>
{
    public uint E01, E23, E45, E67;

    /// <inheritdoc/>
    public readonly ArrayView<Word128> Aligned(ArrayView<Word128> view) => view.AsAligned(VectorizedAccess.Bytes);
}

/// <summary>The bits of eight elements of eight bits: 8 bytes, which a thread of a GPU loads in one instruction.</summary>
internal struct Word64
{
    public uint E0123, E4567;
}

/// <summary>
/// The bits of eight stored elements: 16-bit ones fill the first half, 32-bit ones both; eight-bit ones take two fields and their block's
/// scale
/// a third.
/// </summary>
internal struct PackedEight
{
    public Word128 First, Second;

    /// <summary>Returns the dot product of eight elements, widened in pairs, and eight floats.</summary>
    public static float Dot(Float32x2 a, Float32x2 b, Float32x2 c, Float32x2 d, Float32x4 low, Float32x4 high) =>
        (a.Low * low.X) + (a.High * low.Y) + (b.Low * low.Z) + (b.High * low.W)
        + (c.Low * high.X) + (c.High * high.Y) + (d.Low * high.Z) + (d.High * high.W);
}

/// <summary>A weight that is loaded eight at a time. Stateless: call on <c>default(T)</c>.</summary>
internal interface IPackedElement : IWeightElement
{
    /// <summary>Loads a row's elements 8·i … 8·i + 7.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="i">The index of the eight elements.</param>
    PackedEight Load(ArrayView<Word128> row, int i);

    /// <summary>Returns the dot product of eight elements and eight floats.</summary>
    float Dot(PackedEight loaded, Float32x4 low, Float32x4 high);
}

/// <summary>An element of the KV cache that is loaded 16 bytes at a time. Stateless: call on <c>default(T)</c>.</summary>
internal interface ILoadedElement : IWeightElement
{
    /// <summary>The number of elements in 16 bytes.</summary>
    int ElementsOfLoad { get; }

    /// <summary>Widens the elements to floats; four elements fill the first half.</summary>
    Float32x8 Numbers(Word128 loaded);
}
