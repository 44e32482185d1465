namespace Homer.Kernels.TensorCores;

/// <summary>A tile of 128 × 256, for many rows: a <see cref="SquareTile"/> and, of w, 128 rows more. <see cref="WarpgroupTiling"/> says who does what.</summary>
internal struct WideTile : IWarpgroupTile<WideTile>
{
    private SquareTile upper;
    private OperandCopies lower;

    public readonly int Rows => WarpgroupTiling.Rows;

    public readonly int Columns => 2 * WarpgroupTiling.HalfColumns;

    public readonly int Threads => WarpgroupTiling.Threads;

    public readonly int Stages => 4;

    public readonly int StageBytes => WarpgroupTiling.LowerWStart + (WarpgroupTiling.HalfColumns * WarpgroupTiling.RowBytes);

    public readonly float Cost => 1;

    public readonly WideTile Of(WarpgroupProduct.Arguments product, int thread, TilePlace place) => new()
    {
        upper = upper.Of(product, thread, place),
        lower = OperandCopies.Of(
            place.Factor.W, place.Column + WarpgroupTiling.HalfColumns + WarpgroupTiling.CopyRow(thread), place.Factor.Columns, WarpgroupTiling.RowsApart, WarpgroupTiling.CopyStart(thread), product.Depth),
    };

    public readonly WideTile Begin(uint stage, bool any)
    {
        WideTile next = this;
        if (any)
        {
            lower.Begin(stage + upper.Target + WarpgroupTiling.LowerWStart, WarpgroupTiling.CopiesApart, upper.Steps.Inside);
            next.lower = lower.Next(upper.Steps.ToNextW);
        }

        next.upper = upper.Begin(stage, any);
        return next;
    }

    public readonly void WaitForCopies() => WarpgroupInstructions.WaitForAllButOneBatch();

    public readonly void Clear() => WarpgroupInstructions.Clear256();

    public readonly void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement =>
        element.BeginMultiplyAdd256(WarpgroupTiling.Descriptor(stage + WarpgroupTiling.XStart(thread)), WarpgroupTiling.Descriptor(stage + WarpgroupTiling.WStart));

    public readonly void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place)
    {
        upper.Write(product, thread, place);
        int row = place.Row + WarpgroupTiling.SumRow(thread), column = place.Column + WarpgroupTiling.HalfColumns + WarpgroupTiling.SumColumn(thread);
        ProductRows.Write(product, place.Factor, WarpgroupInstructions.ThirdSums(), row, column);
        ProductRows.Write(product, place.Factor, WarpgroupInstructions.FourthSums(), row, column + WarpgroupTiling.SumColumns);
    }
}
