// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// The copies of a thread of <see cref="TensorProduct"/> into each stage: the same chunk of 16 bytes of four rows of x, and of four rows
/// of w.
/// </summary>
internal struct ProductCopies
{
    private long x;
    private long w;
    private int xRow;
    private int wRow;

    /// <summary>Returns the copies of a thread.</summary>
    /// <param name="factors">The factors.</param>
    /// <param name="shape">The sizes of the product.</param>
    /// <param name="thread">The thread, 0 … 127.</param>
    /// <param name="row">The first row of the group's tile.</param>
    /// <param name="column">The first column of the group's tile.</param>
    public static ProductCopies Of(TensorFactors factors, ProductShape shape, int thread, int row, int column)
    {
        ProductCopies copies = default;
        copies.xRow = row + ProductTiling.XCopyRow(thread);
        copies.wRow = column + ProductTiling.WCopyRow(thread);
        copies.x = factors.X + ((long)copies.xRow * shape.Depth * sizeof(float)) + (ProductTiling.XCopyChunk(thread) * ProductTiling.Chunk);
        copies.w = factors.W
            + ((long)copies.wRow * shape.Depth * sizeof(ushort)) + (ProductTiling.WCopyChunk(thread) * ProductTiling.Chunk);
        return copies;
    }

    /// <summary>Begins the copies of a step: one batch, even where nothing is left to copy, so that batches can be counted.</summary>
    public readonly void Begin(uint memory, int step, ProductShape shape, int thread)
    {
        uint stage = memory + (uint)(step % ProductTiling.Stages * ProductTiling.StageBytes);
        int depth = step * ProductTiling.Depth;
        bool xInside = depth + (ProductTiling.XCopyChunk(thread) * 4) < shape.Depth;
        bool wInside = depth + (ProductTiling.WCopyChunk(thread) * 8) < shape.Depth;
        if (depth < shape.Depth)
        {
            BeginX(stage, 0, depth, xInside, shape, thread);
            BeginX(stage, 1, depth, xInside, shape, thread);
            BeginX(stage, 2, depth, xInside, shape, thread);
            BeginX(stage, 3, depth, xInside, shape, thread);
            BeginW(stage, 0, depth, wInside, shape, thread);
            BeginW(stage, 1, depth, wInside, shape, thread);
            BeginW(stage, 2, depth, wInside, shape, thread);
            BeginW(stage, 3, depth, wInside, shape, thread);
        }

        TensorInstructions.CommitCopies();
    }

    private readonly void BeginX(uint stage, int copy, int depth, bool depthInside, ProductShape shape, int thread)
    {
        int rows = copy * ProductTiling.XRowsApart;
        uint target = stage + (uint)ProductTiling.XOffset(ProductTiling.XCopyRow(thread) + rows, ProductTiling.XCopyChunk(thread));
        bool inside = depthInside && xRow + rows < shape.Rows;
        long source = inside ? x + ((((long)rows * shape.Depth) + depth) * sizeof(float)) : x;
        TensorInstructions.CopyAsync(target, source, inside ? ProductTiling.Chunk : 0);
    }

    private readonly void BeginW(uint stage, int copy, int depth, bool depthInside, ProductShape shape, int thread)
    {
        int rows = copy * ProductTiling.WRowsApart;
        uint target = stage + (uint)ProductTiling.WOffset(ProductTiling.WCopyRow(thread) + rows, ProductTiling.WCopyChunk(thread));
        bool inside = depthInside && wRow + rows < shape.Columns;
        long source = inside ? w + ((((long)rows * shape.Depth) + depth) * sizeof(ushort)) : w;
        TensorInstructions.CopyAsync(target, source, inside ? ProductTiling.Chunk : 0);
    }
}
