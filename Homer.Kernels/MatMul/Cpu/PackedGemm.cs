// Tour: docs/kernels.md#tileproduct
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>
/// Matrix products on the CPU whose right matrix is packed in advance, for callers that use it many times, as training does: it packs
/// weights once per step. <see cref="TileProduct"/>, which meets each weight once per launch, packs while it multiplies.
/// </summary>
/// <remarks>
/// A panel holds two vectors of columns [depth, 2 · lanes]; the panels of a matrix follow one another. One thread does the work of a call.
/// </remarks>
internal abstract unsafe class PackedGemm
{
    /// <summary>The number of columns of a packed matrix must be a multiple of this.</summary>
    public const int Multiple = 32;

    /// <summary>The implementation for the widest vectors of this processor.</summary>
    public static PackedGemm Best { get; } = VectorWidth.Bits switch
    {
        512 => new PackedGemm<Vector512<float>, Body512>(),
        256 => new PackedGemm<Vector256<float>, Body256>(),
        128 => new PackedGemm<Vector128<float>, Body128>(),
        _ => new PackedGemm<float, BodyScalar>(),
    };

    /// <summary>Packs m for products with its transpose: the rows of m become the columns of the panels.</summary>
    /// <param name="m">The matrix [rows, depth]; its column stride is 1.</param>
    /// <param name="rows">The number of its rows, a multiple of <see cref="Multiple"/>.</param>
    /// <param name="depth">The number of its columns.</param>
    /// <param name="panels">Receives the panels, rows · depth floats.</param>
    public abstract void PackTransposed(StridedMatrix m, int rows, int depth, float* panels);

    /// <summary>Packs m for products with m itself: the columns of m become the columns of the panels.</summary>
    /// <param name="m">The matrix [depth, columns]; its column stride is 1.</param>
    /// <param name="depth">The number of its rows.</param>
    /// <param name="columns">The number of its columns, a multiple of <see cref="Multiple"/>.</param>
    /// <param name="panels">Receives the panels, depth · columns floats.</param>
    public abstract void Pack(StridedMatrix m, int depth, int columns, float* panels);

    /// <summary>Computes y[r, j] = (or +=) Σ over p &lt; depth of x[r, p] · w[p, j].</summary>
    /// <param name="x">The left matrix [rows, depth]; it may be transposed.</param>
    /// <param name="w">The right matrix, packed; it may be deeper than the product.</param>
    /// <param name="y">The result [rows, columns]; its column stride is 1.</param>
    /// <param name="rows">The number of rows of y.</param>
    /// <param name="depth">The number of columns of x.</param>
    /// <param name="columns">The number of columns of y, a multiple of <see cref="Multiple"/>.</param>
    /// <param name="add">True to add to y, false to replace it.</param>
    public abstract void Multiply(StridedMatrix x, PackedPanels w, StridedMatrix y, int rows, int depth, int columns, bool add);

    /// <summary>Returns packed panels without their first rows, so that a product begins at that depth.</summary>
    public abstract PackedPanels Skip(PackedPanels panels, int rows);
}

/// <summary>The panels of a packed matrix.</summary>
/// <param name="start">The first element that a product uses.</param>
/// <param name="depth">The number of rows with which the matrix was packed.</param>
internal readonly unsafe struct PackedPanels(float* start, int depth)
{
    /// <summary>The first element that a product uses.</summary>
    public float* Start => start;

    /// <summary>The number of rows with which the matrix was packed.</summary>
    public int Depth => depth;
}
