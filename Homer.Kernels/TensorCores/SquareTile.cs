namespace Homer.Kernels.TensorCores;

/// <summary>A tile of 128 × 128, where tiles twice as wide would leave much of the device idle; <see cref="WarpgroupTiling"/> says who does what. A thread copies the same chunk of four rows of x, and of four of w.</summary>
internal struct SquareTile : IWarpgroupTile<SquareTile>
{
    private OperandCopies x;
    private OperandCopies w;

    public readonly int Rows => WarpgroupTiling.Rows;

    public readonly int Columns => WarpgroupTiling.HalfColumns;

    public readonly int Threads => WarpgroupTiling.Threads;

    public readonly int Stages => 6;

    public readonly int StageBytes => WarpgroupTiling.LowerWStart;

    public readonly float Cost => 0.62f;

    /// <summary>Where the thread is in the depth.</summary>
    public DepthSteps Steps { get; private set; }

    /// <summary>Where its first copies go in a stage, from the start of an operand.</summary>
    public uint Target { get; private set; }

    public readonly SquareTile Of(WarpgroupProduct.Arguments product, int thread, TilePlace place)
    {
        int row = WarpgroupTiling.CopyRow(thread), start = WarpgroupTiling.CopyStart(thread);
        return new()
        {
            Steps = DepthSteps.From(start, product),
            x = OperandCopies.Of(product.X, place.Row + row, product.Rows, WarpgroupTiling.RowsApart, start, product.Depth),
            w = OperandCopies.Of(place.Factor.W, place.Column + row, place.Factor.Columns, WarpgroupTiling.RowsApart, start, product.Depth),
            Target = WarpgroupTiling.CopyTarget(thread),
        };
    }

    public readonly SquareTile Begin(uint stage, bool any)
    {
        SquareTile next = this;
        if (any)
        {
            x.Begin(stage + Target, WarpgroupTiling.CopiesApart, Steps.Inside);
            w.Begin(stage + Target + WarpgroupTiling.WStart, WarpgroupTiling.CopiesApart, Steps.Inside);
            next.x = x.Next(Steps.ToNextX);
            next.w = w.Next(Steps.ToNextW);
            next.Steps = Steps.Next();
        }

        TensorInstructions.CommitCopies();
        return next;
    }

    public readonly void WaitForCopies() => WarpgroupInstructions.WaitForAllButThreeBatches();

    public readonly void Clear() => WarpgroupInstructions.Clear128();

    public readonly void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement =>
        element.BeginMultiplyAdd128(WarpgroupTiling.Descriptor(stage + WarpgroupTiling.XStart(thread)), WarpgroupTiling.Descriptor(stage + WarpgroupTiling.WStart));

    public readonly void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place)
    {
        int row = place.Row + WarpgroupTiling.SumRow(thread), column = place.Column + WarpgroupTiling.SumColumn(thread);
        ProductRows.Write(product, place.Factor, WarpgroupInstructions.FirstSums(), row, column);
        ProductRows.Write(product, place.Factor, WarpgroupInstructions.SecondSums(), row, column + WarpgroupTiling.SumColumns);
    }
}
