using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Elements;

/// <summary>Two neighbouring elements, as 32-bit numbers.</summary>
internal struct Float32x2
{
    public float Low, High;
}

/// <summary>16 bytes, which a thread of a GPU loads at once: four 32-bit numbers.</summary>
internal struct Float32x4
{
    public float X, Y, Z, W;
}

/// <summary>Eight numbers.</summary>
internal struct Float32x8
{
    public Float32x4 Low, High;

    public static float Dot(Float32x8 a, Float32x8 b) =>
        (a.Low.X * b.Low.X) + (a.Low.Y * b.Low.Y) + (a.Low.Z * b.Low.Z) + (a.Low.W * b.Low.W)
        + (a.High.X * b.High.X) + (a.High.Y * b.High.Y) + (a.High.Z * b.High.Z) + (a.High.W * b.High.W);

    /// <summary>a + factor · b.</summary>
    public static Float32x8 MultiplyAdd(Float32x8 a, float factor, Float32x8 b) => new() { Low = MultiplyAdd(a.Low, factor, b.Low), High = MultiplyAdd(a.High, factor, b.High) };

    private static Float32x4 MultiplyAdd(Float32x4 a, float factor, Float32x4 b) =>
        new() { X = a.X + (factor * b.X), Y = a.Y + (factor * b.Y), Z = a.Z + (factor * b.Z), W = a.W + (factor * b.W) };
}

/// <summary>16 bytes, which a thread of a GPU loads at once: eight 16-bit elements, or the bits of four of 32 bits.</summary>
internal struct Word128 : ICopyUnit<Word128>
{
    public uint E01, E23, E45, E67;

    /// <inheritdoc/>
    public readonly ArrayView<Word128> Aligned(ArrayView<Word128> view) => view.AsAligned(VectorizedAccess.Bytes);
}

/// <summary>8 bytes, which a thread of a GPU loads at once: eight elements of eight bits.</summary>
internal struct Word64
{
    public uint E0123, E4567;
}

/// <summary>Eight elements as they are stored: 16-bit ones fill the first half, 32-bit ones both; eight-bit ones take two words and their block's scale a third.</summary>
internal struct PackedEight
{
    public Word128 First, Second;

    /// <summary>The product of eight elements of 16 bits, two and two as 32-bit numbers, and as many numbers.</summary>
    public static float Dot(Float32x2 a, Float32x2 b, Float32x2 c, Float32x2 d, Float32x4 low, Float32x4 high) =>
        (a.Low * low.X) + (a.High * low.Y) + (b.Low * low.Z) + (b.High * low.W)
        + (c.Low * high.X) + (c.High * high.Y) + (d.Low * high.Z) + (d.High * high.W);
}

/// <summary>An element that is loaded eight at a time. What members are called on does not matter.</summary>
internal interface IPackedElement : IWeightElement
{
    /// <summary>Loads a row's elements 8·i … 8·i + 7.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="i">Which eight.</param>
    PackedEight Load(ArrayView<Word128> row, int i);

    /// <summary>The product of eight elements and as many numbers.</summary>
    float Dot(PackedEight loaded, Float32x4 low, Float32x4 high);
}

/// <summary>An element of the cache that is loaded 16 bytes at a time. What members are called on does not matter.</summary>
internal interface ILoadedElement : IWeightElement
{
    /// <summary>Elements of 16 bytes.</summary>
    int ElementsOfLoad { get; }

    /// <summary>The elements as numbers; of four elements, the first four.</summary>
    Float32x8 Numbers(Word128 loaded);
}
