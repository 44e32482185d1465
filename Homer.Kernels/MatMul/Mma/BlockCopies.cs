// Tour: docs/kernels.md#blocktensorproduct
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// The copies of a thread of <see cref="BlockTensorProduct"/> into each stage: the same chunk of 16 bytes of four rows of x, and of two
/// rows of w.
/// </summary>
internal struct BlockCopies
{
    private long x;
    private long w;
    private int xRow;
    private int wRow;

    /// <inheritdoc cref="ProductCopies.Of"/>
    public static BlockCopies Of(TensorFactors factors, ProductShape shape, int thread, int row, int column)
    {
        BlockCopies copies = default;
        copies.xRow = row + ProductTiling.XCopyRow(thread);
        copies.wRow = column + BlockTiling.WCopyRow(thread);
        copies.x = factors.X + ((long)copies.xRow * shape.Depth * sizeof(float)) + (ProductTiling.XCopyChunk(thread) * ProductTiling.Chunk);
        copies.w = factors.W + ((long)copies.wRow * RowBytes(shape)) + (BlockTiling.WCopyChunk(thread) * ProductTiling.Chunk);
        return copies;
    }

    /// <summary>Begins the copies of a block: one batch, even where nothing is left to copy, so that batches can be counted.</summary>
    public readonly void Begin(uint memory, int block, ProductShape shape, int thread)
    {
        uint stage = memory + (uint)(block % ProductTiling.Stages * BlockTiling.StageBytes);
        int depth = block * Int8Weights.Block;
        if (depth < shape.Depth)
        {
            bool inside = depth + (ProductTiling.XCopyChunk(thread) * 4) < shape.Depth;
            BeginX(stage, 0, depth, inside, shape, thread);
            BeginX(stage, 1, depth, inside, shape, thread);
            BeginX(stage, 2, depth, inside, shape, thread);
            BeginX(stage, 3, depth, inside, shape, thread);
            BeginW(stage, 0, depth, shape, thread);
            BeginW(stage, 1, depth, shape, thread);
        }

        TensorInstructions.CommitCopies();
    }

    private readonly void BeginX(uint stage, int copy, int depth, bool depthInside, ProductShape shape, int thread)
    {
        int rows = copy * ProductTiling.XRowsApart;
        uint target = stage + (uint)BlockTiling.XOffset(ProductTiling.XCopyRow(thread) + rows, ProductTiling.XCopyChunk(thread));
        bool inside = depthInside && xRow + rows < shape.Rows;
        long source = inside ? x + ((((long)rows * shape.Depth) + depth) * sizeof(float)) : x;
        TensorInstructions.CopyAsync(target, source, inside ? ProductTiling.Chunk : 0);
    }

    // Rows of w are padded to whole blocks.
    private readonly void BeginW(uint stage, int copy, int depth, ProductShape shape, int thread)
    {
        int rows = copy * BlockTiling.WRowsApart;
        uint target = stage + (uint)BlockTiling.WOffset(BlockTiling.WCopyRow(thread) + rows, BlockTiling.WCopyChunk(thread));
        bool inside = wRow + rows < shape.Columns;
        TensorInstructions.CopyAsync(target, inside ? w + ((long)rows * RowBytes(shape)) + depth : w, inside ? ProductTiling.Chunk : 0);
    }

    private static int RowBytes(ProductShape shape) => Int8Weights.Blocks(shape.Depth) * Int8Weights.Block;
}
