// Tour: docs/kernels.md#quantization
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Weights;

/// <summary>
/// Rows of eight-bit weights as kernels read them: w[row, c] ≈ elements[row, c] · scales[row, c / 32]. A block of 32 columns shares a
/// scale, so that one large weight costs only its own block precision. 8.5 bits a weight.
/// </summary>
/// <param name="elements">Integers −127 … 127 [rows, padded columns]; zeros beyond the last column.</param>
/// <param name="scales">The scales [rows, blocks].</param>
/// <param name="columns">Columns, without the padding.</param>
public readonly struct Int8Weights(ArrayView<sbyte> elements, ArrayView<BFloat16> scales, int columns) : IWeightRows<Int8Weights>
{
    /// <summary>Columns that share a scale.</summary>
    public const int Block = 32;

    /// <summary>The largest element; the scale is such that the largest weight of a block becomes it.</summary>
    public const int Largest = 127;

    /// <summary>Integers −127 … 127 [rows, padded columns].</summary>
    public ArrayView<sbyte> Elements { get; } = elements;

    /// <summary>The scales [rows, blocks].</summary>
    public ArrayView<BFloat16> Scales { get; } = scales;

    /// <summary>Columns, without the padding.</summary>
    public int Columns { get; } = columns;

    /// <summary>Returns the number of blocks that <paramref name="columns"/> columns fill, the last of them perhaps in part.</summary>
    public static int Blocks(int columns) => (columns + Block - 1) / Block;

    unsafe CpuWeightRows IWeightRows<Int8Weights>.OnCpu(int k) =>
        CpuWeightRows.Of((sbyte*)Elements.LoadEffectiveAddressAsPtr(), (BFloat16*)Scales.LoadEffectiveAddressAsPtr(), k);

    Int8Weights IWeightRows<Int8Weights>.From(int row, int k)
    {
        int blocks = Blocks(k);
        return new(Elements.SubView((long)row * blocks * Block, blocks * Block), Scales.SubView((long)row * blocks, blocks), k);
    }

    PackedEight IWeightRows<Int8Weights>.Load(int i)
    {
        Word64 words = Elements.AsAligned(8).Cast<Word64>()[i];
        uint scale = Interop.FloatAsInt(Scales[i / (Block / 8)].ToSingle());
        return new() { First = new() { E01 = words.E0123, E23 = words.E4567, E45 = scale } };
    }

    float IWeightRows<Int8Weights>.Dot(PackedEight loaded, Float32x4 low, Float32x4 high) =>
        Interop.IntAsFloat(loaded.First.E45) * (Dot((int)loaded.First.E01, low) + Dot((int)loaded.First.E23, high));

    /// <summary>Returns four elements as floats: shifted to the top and back, a byte keeps its sign.</summary>
    internal static Float32x4 Numbers(int bytes) => new()
    {
        X = bytes << 24 >> 24,
        Y = bytes << 16 >> 24,
        Z = bytes << 8 >> 24,
        W = bytes >> 24,
    };

    private static float Dot(int bytes, Float32x4 numbers)
    {
        Float32x4 elements = Numbers(bytes);
        return (elements.X * numbers.X) + (elements.Y * numbers.Y) + (elements.Z * numbers.Z) + (elements.W * numbers.W);
    }
}
