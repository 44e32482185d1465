namespace Homer.Kernels.MatMul;

/// <summary>
/// The sizes of a product y = x·wᵀ with x [rows, depth], w [columns, depth] and y [rows, columns]; a parameter of kernels.
/// </summary>
internal struct ProductShape
{
    /// <summary>Rows of x and of y.</summary>
    public int Rows;

    /// <summary>Columns of y, which are rows of w.</summary>
    public int Columns;

    /// <summary>Columns of x and of w, along which products are summed.</summary>
    public int Depth;

    /// <summary>1 where the product is added to y; 0 where it overwrites y.</summary>
    public int Accumulate;

    /// <summary>The number of 16-bit parts that tensor cores take x in, at least 1; other bodies multiply x as it is.</summary>
    public int Parts;
}
