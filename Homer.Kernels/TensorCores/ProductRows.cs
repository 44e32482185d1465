using Homer.Kernels.Tensors;

namespace Homer.Kernels.TensorCores;

/// <summary>Writes a thread's sums of 64 columns of a product, from a column on and in two rows, eight apart, that may not exist; or adds them to what is there.</summary>
internal static class ProductRows
{
    public static void Write(WarpgroupProduct.Arguments product, WarpgroupProduct.Factor factor, SumRow sums, int row, int column)
    {
        long at = factor.Y + ((((long)row * factor.Columns) + column) * sizeof(float)), below = at + (8L * factor.Columns * sizeof(float));
        int left = factor.Columns - column, first = row < product.Rows ? left : 0, second = row + 8 < product.Rows ? left : 0;
        if (product.Accumulate != 0)
        {
            sums = new()
            {
                N0 = Add(sums.N0, at, below, first, second, 0),
                N1 = Add(sums.N1, at, below, first, second, 8),
                N2 = Add(sums.N2, at, below, first, second, 16),
                N3 = Add(sums.N3, at, below, first, second, 24),
                N4 = Add(sums.N4, at, below, first, second, 32),
                N5 = Add(sums.N5, at, below, first, second, 40),
                N6 = Add(sums.N6, at, below, first, second, 48),
                N7 = Add(sums.N7, at, below, first, second, 56),
            };
        }

        Store(sums.N0, at, below, first, second, 0);
        Store(sums.N1, at, below, first, second, 8);
        Store(sums.N2, at, below, first, second, 16);
        Store(sums.N3, at, below, first, second, 24);
        Store(sums.N4, at, below, first, second, 32);
        Store(sums.N5, at, below, first, second, 40);
        Store(sums.N6, at, below, first, second, 48);
        Store(sums.N7, at, below, first, second, 56);
    }

    private static Sums Add(Sums sums, long at, long below, int first, int second, int column)
    {
        Pair above = WarpgroupInstructions.LoadPair(at + (column * sizeof(float)), FragmentMath.IsLess(column, first)), other = WarpgroupInstructions.LoadPair(below + (column * sizeof(float)), FragmentMath.IsLess(column, second));
        return new() { S0 = sums.S0 + above.Low, S1 = sums.S1 + above.High, S2 = sums.S2 + other.Low, S3 = sums.S3 + other.High };
    }

    private static void Store(Sums sums, long at, long below, int first, int second, int column)
    {
        WarpgroupInstructions.StorePair(at + (column * sizeof(float)), new() { Low = sums.S0, High = sums.S1 }, FragmentMath.IsLess(column, first));
        WarpgroupInstructions.StorePair(below + (column * sizeof(float)), new() { Low = sums.S2, High = sums.S3 }, FragmentMath.IsLess(column, second));
    }
}
