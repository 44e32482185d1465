// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// A tile of 64 × 64 of yᵀ = w·xᵀ, for few rows of x or of w, where reading w takes the time: there are many groups, and wgmma's 64 rows
/// are rows of w, which are always full. <see cref="NarrowTiling"/> says which thread does what.
/// </summary>
internal struct NarrowTile : IWarpgroupTile<NarrowTile>
{
    private StageCopies copies;

    public readonly int Rows => NarrowTiling.Size;

    public readonly int Columns => NarrowTiling.Size;

    public readonly int Threads => NarrowTiling.Threads;

    // Many, since a group that mostly reads w needs much of it in flight.
    public readonly int Stages => 8;

    public readonly int StageBytes => 2 * NarrowTiling.XStart;

    public readonly float Cost => 0.29f;

    public readonly NarrowTile Of(WarpgroupProduct.Arguments product, int thread, TilePlace place) =>
        new() { copies = StageCopies.Of(product, thread, place, NarrowTiling.RowsApart) };

    public readonly NarrowTile Begin(uint stage, bool any) =>
        new() { copies = copies.Begin(stage + NarrowTiling.XStart, stage, NarrowTiling.CopiesApart, any) };

    public readonly void WaitForCopies() => WarpgroupInstructions.WaitForAllButFiveBatches();

    public readonly void Clear() => WarpgroupInstructions.Clear64();

    public readonly void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement =>
        element.BeginMultiplyAdd64(MatrixDescriptor.Of(stage), MatrixDescriptor.Of(stage + NarrowTiling.XStart));

    // A thread has, of columns c and c + 8 of the tile, rows r and r + 1 of each 8.
    public readonly void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place)
    {
        int row = place.Row + WarpgroupTiling.SumColumn(thread), column = place.Column + WarpgroupTiling.SumRow(thread);
        WarpgroupProduct.Factor factor = place.Factor;
        SumRow sums = WarpgroupInstructions.FirstSums();
        if (product.Accumulate != 0)
        {
            sums = new()
            {
                N0 = Add(product, factor, sums.N0, row, column),
                N1 = Add(product, factor, sums.N1, row + 8, column),
                N2 = Add(product, factor, sums.N2, row + 16, column),
                N3 = Add(product, factor, sums.N3, row + 24, column),
                N4 = Add(product, factor, sums.N4, row + 32, column),
                N5 = Add(product, factor, sums.N5, row + 40, column),
                N6 = Add(product, factor, sums.N6, row + 48, column),
                N7 = Add(product, factor, sums.N7, row + 56, column),
            };
        }

        Store(product, factor, sums.N0, row, column);
        Store(product, factor, sums.N1, row + 8, column);
        Store(product, factor, sums.N2, row + 16, column);
        Store(product, factor, sums.N3, row + 24, column);
        Store(product, factor, sums.N4, row + 32, column);
        Store(product, factor, sums.N5, row + 40, column);
        Store(product, factor, sums.N6, row + 48, column);
        Store(product, factor, sums.N7, row + 56, column);
    }

    private static Sums Add(WarpgroupProduct.Arguments product, WarpgroupProduct.Factor factor, Sums sums, int row, int column) => new()
    {
        S0 = sums.S0 + WarpgroupInstructions.Load(At(factor, row, column), Exists(product, factor, row, column)),
        S1 = sums.S1 + WarpgroupInstructions.Load(At(factor, row + 1, column), Exists(product, factor, row + 1, column)),
        S2 = sums.S2 + WarpgroupInstructions.Load(At(factor, row, column + 8), Exists(product, factor, row, column + 8)),
        S3 = sums.S3 + WarpgroupInstructions.Load(At(factor, row + 1, column + 8), Exists(product, factor, row + 1, column + 8)),
    };

    private static void Store(WarpgroupProduct.Arguments product, WarpgroupProduct.Factor factor, Sums sums, int row, int column)
    {
        WarpgroupInstructions.Store(At(factor, row, column), sums.S0, Exists(product, factor, row, column));
        WarpgroupInstructions.Store(At(factor, row + 1, column), sums.S1, Exists(product, factor, row + 1, column));
        WarpgroupInstructions.Store(At(factor, row, column + 8), sums.S2, Exists(product, factor, row, column + 8));
        WarpgroupInstructions.Store(At(factor, row + 1, column + 8), sums.S3, Exists(product, factor, row + 1, column + 8));
    }

    private static long At(WarpgroupProduct.Factor factor, int row, int column) =>
        factor.Y + ((((long)row * factor.Columns) + column) * sizeof(float));

    private static int Exists(WarpgroupProduct.Arguments product, WarpgroupProduct.Factor factor, int row, int column) =>
        FragmentMath.IsLess(row, product.Rows) & FragmentMath.IsLess(column, factor.Columns);
}
