// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>Writes sums of a product to y, two columns at a time.</summary>
internal static class ProductRows
{
    /// <summary>
    /// Writes a thread's sums of 64 columns, in two rows that are eight apart, or adds them to y. Rows and columns that do not exist are
    /// left out.
    /// </summary>
    /// <param name="product">The arguments of the kernel.</param>
    /// <param name="place">The tile.</param>
    /// <param name="sums">The thread's sums.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="first">The first of the 64 columns, counted in the tile.</param>
    public static void Write(WarpgroupProduct.Arguments product, TilePlace place, SumRow sums, int thread, int first)
    {
        WarpgroupProduct.Factor factor = place.Factor;
        int row = place.Row + WarpgroupTiling.SumRow(thread), column = place.Column + first + WarpgroupTiling.SumColumn(thread);
        long at = factor.Y + ((((long)row * factor.Columns) + column) * sizeof(float));
        long below = at + (8L * factor.Columns * sizeof(float));
        int left = factor.Columns - column, upper = row < product.Rows ? left : 0, lower = row + 8 < product.Rows ? left : 0;
        if (product.Accumulate != 0)
        {
            // All 16 loads before the first store.
            sums = new()
            {
                N0 = Add(sums.N0, at, below, upper, lower, 0),
                N1 = Add(sums.N1, at, below, upper, lower, 8),
                N2 = Add(sums.N2, at, below, upper, lower, 16),
                N3 = Add(sums.N3, at, below, upper, lower, 24),
                N4 = Add(sums.N4, at, below, upper, lower, 32),
                N5 = Add(sums.N5, at, below, upper, lower, 40),
                N6 = Add(sums.N6, at, below, upper, lower, 48),
                N7 = Add(sums.N7, at, below, upper, lower, 56),
            };
        }

        Store(sums.N0, at, below, upper, lower, 0);
        Store(sums.N1, at, below, upper, lower, 8);
        Store(sums.N2, at, below, upper, lower, 16);
        Store(sums.N3, at, below, upper, lower, 24);
        Store(sums.N4, at, below, upper, lower, 32);
        Store(sums.N5, at, below, upper, lower, 40);
        Store(sums.N6, at, below, upper, lower, 48);
        Store(sums.N7, at, below, upper, lower, 56);
    }

    private static Sums Add(Sums sums, long at, long below, int upper, int lower, int column)
    {
        long offset = column * sizeof(float);
        Float32x2 above = WarpgroupInstructions.LoadPair(at + offset, FragmentMath.IsLess(column, upper));
        Float32x2 other = WarpgroupInstructions.LoadPair(below + offset, FragmentMath.IsLess(column, lower));
        return new() { S0 = sums.S0 + above.Low, S1 = sums.S1 + above.High, S2 = sums.S2 + other.Low, S3 = sums.S3 + other.High };
    }

    private static void Store(Sums sums, long at, long below, int upper, int lower, int column)
    {
        long offset = column * sizeof(float);
        WarpgroupInstructions.StorePair(at + offset, new() { Low = sums.S0, High = sums.S1 }, FragmentMath.IsLess(column, upper));
        WarpgroupInstructions.StorePair(below + offset, new() { Low = sums.S2, High = sums.S3 }, FragmentMath.IsLess(column, lower));
    }
}
