using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>What a thread copies into each stage for a tile by warpgroups: the same chunk of four rows of x, and of four of w.</summary>
internal struct StageCopies
{
    private OperandCopies x;
    private OperandCopies w;

    /// <summary>Where the thread is in the depth.</summary>
    public DepthSteps Steps { get; private set; }

    /// <summary>Where its first copies go, from the start of an operand in a stage.</summary>
    public uint Target { get; private set; }

    /// <summary>The copies of a thread.</summary>
    /// <param name="product">What is multiplied.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="place">The tile.</param>
    /// <param name="rowsApart">Rows between its copies.</param>
    public static StageCopies Of(WarpgroupProduct.Arguments product, int thread, TilePlace place, int rowsApart)
    {
        int row = WarpgroupTiling.CopyRow(thread), start = WarpgroupTiling.CopyStart(thread);
        return new()
        {
            Steps = DepthSteps.From(start, product),
            x = OperandCopies.Of(product.X, place.Row + row, product.Rows, rowsApart, start, product.Depth),
            w = OperandCopies.Of(place.Factor.W, place.Column + row, place.Factor.Columns, rowsApart, start, product.Depth),
            Target = WarpgroupTiling.CopyTarget(thread),
        };
    }

    /// <summary>
    /// Begins the copies of a step, one batch of them even where there is nothing left to copy, so that batches can be counted.
    /// </summary>
    /// <param name="toX">Where x goes.</param>
    /// <param name="toW">Where w goes.</param>
    /// <param name="apart">Bytes between copies.</param>
    /// <param name="any">Whether there is anything left.</param>
    /// <returns>What is to be copied in the next step.</returns>
    public readonly StageCopies Begin(uint toX, uint toW, int apart, bool any)
    {
        StageCopies next = this;
        if (any)
        {
            x.Begin(toX + Target, apart, Steps.Inside);
            w.Begin(toW + Target, apart, Steps.Inside);
            next.x = x.Next(Steps.ToNextX);
            next.w = w.Next(Steps.ToNextW);
            next.Steps = Steps.Next();
        }

        TensorInstructions.CommitCopies();
        return next;
    }
}
