// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// The copies of a thread into each stage of a tile by warpgroups: the same chunk of four rows of x, and of four rows of w.
/// </summary>
internal struct StageCopies
{
    private OperandCopies x;
    private OperandCopies w;

    /// <summary>The position of the thread in the depth.</summary>
    public DepthSteps Steps { get; private set; }

    /// <summary>The offset, in an operand of a stage, to which the thread copies its first chunk.</summary>
    public uint Target { get; private set; }

    /// <summary>Returns the copies of a thread.</summary>
    /// <param name="product">The arguments of the kernel.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="place">The tile.</param>
    /// <param name="rowsApart">Rows between the thread's copies.</param>
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

    /// <summary>Begins the copies of a step: one batch, even where nothing is left to copy, so that batches can be counted.</summary>
    /// <param name="toX">The address of x in the stage.</param>
    /// <param name="toW">The address of w in the stage.</param>
    /// <param name="apart">Bytes between the thread's copies in the stage.</param>
    /// <param name="any">Whether anything is left to copy.</param>
    /// <returns>The copies of the next step.</returns>
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
