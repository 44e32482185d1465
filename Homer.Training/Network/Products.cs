using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;

namespace Homer.Training.Network;

/// <summary>
/// Matrix products over packed panels: a panel holds a vector pair's width of columns, depth after depth. Weights are packed once for all tokens
/// of a step, which the kernels of the engine, who meet a weight once, cannot do; the inner body is theirs.
/// </summary>
internal abstract unsafe class Products
{
    /// <summary>What columns must come in.</summary>
    public const int Multiple = 32;

    /// <summary>For the widest vectors of this processor.</summary>
    public static Products Best { get; } = VectorWidth.Bits switch
    {
        512 => new Products<Vector512<float>, Body512>(),
        256 => new Products<Vector256<float>, Body256>(),
        128 => new Products<Vector128<float>, Body128>(),
        _ => new Products<float, BodyScalar>(),
    };

    /// <summary>Columns of a panel.</summary>
    public abstract int Width { get; }

    /// <summary>Packs m for a product with its transpose: the columns of panels are its rows, their depth its columns.</summary>
    /// <param name="m">A matrix [rows, depth].</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">Its rows, a multiple of <see cref="Multiple"/>.</param>
    /// <param name="depth">Its columns.</param>
    /// <param name="panels">Output: rows · depth floats.</param>
    public abstract void PackRows(float* m, int stride, int rows, int depth, float* panels);

    /// <summary>Packs m for a product with it as it is: the columns of panels are its columns.</summary>
    /// <param name="m">A matrix [depth, columns].</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="depth">Its rows.</param>
    /// <param name="columns">Its columns, a multiple of <see cref="Multiple"/>.</param>
    /// <param name="panels">Output: depth · columns floats.</param>
    public abstract void PackColumns(float* m, int stride, int depth, int columns, float* panels);

    /// <summary>y[r, j] = (or +=) Σ over p &lt; depth of x[r, p] · panels[p, j].</summary>
    /// <param name="x">[rows, depth].</param>
    /// <param name="xStride">Floats from row to row of x.</param>
    /// <param name="panels">Packed, of at least this depth.</param>
    /// <param name="packedDepth">The depth that they were packed with.</param>
    /// <param name="depth">The depth of this product.</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="yStride">Floats from row to row of y.</param>
    /// <param name="rows">Any number.</param>
    /// <param name="columns">A multiple of <see cref="Multiple"/>.</param>
    /// <param name="add">Whether y is added to.</param>
    public abstract void Multiply(float* x, int xStride, float* panels, int packedDepth, int depth, float* y, int yStride, int rows, int columns, bool add);

    /// <summary>The same for a transposed x: y[r, j] = (or +=) Σ over p &lt; depth of x[p, r] · panels[p, j].</summary>
    /// <inheritdoc cref="Multiply"/>
    public abstract void MultiplyTransposed(
        float* x, int xStride, float* panels, int packedDepth, int depth, float* y, int yStride, int rows, int columns, bool add);
}
