namespace Homer.Kernels.MatMul;

/// <summary>
/// The numbers of rows of x up to which a product goes to the GEMV bodies. In decoding, reading w takes the time, and w is read once for
/// each row.
/// </summary>
internal static class GemvLimit
{
    /// <summary>The most rows on the CPU; packing weights into panels is faster from one more row on.</summary>
    public const int MostRowsOnCpu = 3;

    /// <summary>The most rows on a GPU; the tiles of tensor cores are faster from one more row on.</summary>
    public const int MostRowsOnGpu = 4;
}
