using ILGPU;

namespace Homer.Kernels.Tensors;

/// <summary>
/// Rows of eight-bit weights as kernels see them: w[row, c] ≈ elements[row, c] · scales[row, c / 32], where a block of 32 columns shares a
/// scale, so that one large weight costs only its own block precision. 8.5 bits a weight.
/// </summary>
/// <param name="elements">−127 … 127 [rows, padded columns]; zeros beyond the last column.</param>
/// <param name="scales">[rows, blocks].</param>
/// <param name="columns">Columns, without the padding.</param>
public readonly struct Int8Weights(ArrayView<sbyte> elements, ArrayView<BFloat16> scales, int columns)
{
    /// <summary>Columns that share a scale.</summary>
    public const int Block = 32;

    /// <summary>The largest element; the scale is such that the largest weight of a block becomes it.</summary>
    public const int Largest = 127;

    /// <summary>−127 … 127 [rows, padded columns].</summary>
    public ArrayView<sbyte> Elements { get; } = elements;

    /// <summary>[rows, blocks].</summary>
    public ArrayView<BFloat16> Scales { get; } = scales;

    /// <summary>Columns, without the padding.</summary>
    public int Columns { get; } = columns;

    /// <summary>Blocks that <paramref name="columns"/> columns fill, the last of them perhaps in part.</summary>
    public static int Blocks(int columns) => (columns + Block - 1) / Block;
}
