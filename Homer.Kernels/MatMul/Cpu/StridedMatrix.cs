namespace Homer.Kernels.MatMul.Cpu;

/// <summary>A matrix of floats in host memory whose rows and columns lie at fixed distances.</summary>
/// <param name="start">The element in row 0 and column 0.</param>
/// <param name="rowStride">The distance from one row to the next, in floats.</param>
/// <param name="columnStride">The distance from one column to the next, in floats.</param>
internal readonly unsafe struct StridedMatrix(float* start, nint rowStride, nint columnStride = 1)
{
    /// <summary>The element in row 0 and column 0.</summary>
    public float* Start => start;

    /// <summary>The distance from one row to the next, in floats.</summary>
    public nint RowStride => rowStride;

    /// <summary>The distance from one column to the next, in floats.</summary>
    public nint ColumnStride => columnStride;

    /// <summary>The transposed matrix, over the same memory.</summary>
    public StridedMatrix Transposed => new(start, columnStride, rowStride);

    /// <summary>Returns the matrix without its first rows.</summary>
    public StridedMatrix FromRow(int row) => new(start + (row * rowStride), rowStride, columnStride);

    /// <summary>Returns the matrix without its first columns.</summary>
    public StridedMatrix FromColumn(int column) => new(start + (column * columnStride), rowStride, columnStride);
}
