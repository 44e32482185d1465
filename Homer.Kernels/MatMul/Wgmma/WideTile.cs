// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// A tile of 128 × 256 of y, for many rows; <see cref="WarpgroupTiling"/> says which thread does what. Of w, a thread copies four rows of
/// the first half, and four of the second.
/// </summary>
internal struct WideTile : IWarpgroupTile<WideTile>
{
    private StageCopies copies;
    private OperandCopies lowerW;

    public readonly int Rows => WarpgroupTiling.Rows;

    public readonly int Columns => 2 * WarpgroupTiling.HalfColumns;

    public readonly int Threads => WarpgroupTiling.Threads;

    public readonly int Stages => 4;

    public readonly int StageBytes => WarpgroupTiling.LowerWStart + (WarpgroupTiling.HalfColumns * WarpgroupTiling.RowBytes);

    public readonly float Cost => 1;

    public readonly WideTile Of(WarpgroupProduct.Arguments product, int thread, TilePlace place) => new()
    {
        copies = StageCopies.Of(product, thread, place, WarpgroupTiling.RowsApart),
        lowerW = OperandCopies.Of(
            place.Factor.W,
            place.Column + WarpgroupTiling.HalfColumns + WarpgroupTiling.CopyRow(thread),
            place.Factor.Columns,
            WarpgroupTiling.RowsApart,
            WarpgroupTiling.CopyStart(thread),
            product.Depth),
    };

    public readonly WideTile Begin(uint stage, bool any)
    {
        WideTile next = this;
        if (any)
        {
            lowerW.Begin(stage + WarpgroupTiling.LowerWStart + copies.Target, WarpgroupTiling.CopiesApart, copies.Steps.Inside);
            next.lowerW = lowerW.Next(copies.Steps.ToNextW);
        }

        next.copies = copies.Begin(stage, stage + WarpgroupTiling.WStart, WarpgroupTiling.CopiesApart, any);
        return next;
    }

    public readonly void WaitForCopies() => WarpgroupInstructions.WaitForAllButOneBatch();

    public readonly void Clear() => WarpgroupInstructions.Clear256();

    public readonly void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement =>
        element.BeginMultiplyAdd256(
            MatrixDescriptor.Of(stage + WarpgroupTiling.XStart(thread)), MatrixDescriptor.Of(stage + WarpgroupTiling.WStart));

    public readonly void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place)
    {
        ProductRows.Write(product, place, WarpgroupInstructions.FirstSums(), thread, 0);
        ProductRows.Write(product, place, WarpgroupInstructions.SecondSums(), thread, WarpgroupTiling.SumColumns);
        ProductRows.Write(product, place, WarpgroupInstructions.ThirdSums(), thread, 2 * WarpgroupTiling.SumColumns);
        ProductRows.Write(product, place, WarpgroupInstructions.FourthSums(), thread, 3 * WarpgroupTiling.SumColumns);
    }
}
