using Homer.Kernels.Tensors;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// y = x·wᵀ (or y += x·wᵀ) on the tensor cores of NVIDIA's Hopper GPUs (sm_90), for 16-bit weights and many rows: wgmma, which 128 threads execute together and which reads both factors
/// from shared memory. Groups of 256 threads, tiles of 128 × 256; <see cref="WarpgroupTiling"/> says who does what.
/// </summary>
/// <remarks>
/// x has been rounded before (<see cref="RoundedParts"/>), to one part or to several whose sum is x; see <see cref="TensorProduct"/> for what that costs. The parts are multiplied one after another, as
/// if the depth were so many times as long: y = Σ xᵢ·wᵀ. Rows, columns and depths that do not exist arrive as zeros.
/// </remarks>
internal static class WarpgroupProduct
{
    /// <summary>The number of groups for a product.</summary>
    public static int Tiles(int rows, int columns) => WarpgroupTiling.TilesDown(rows) * WarpgroupTiling.TilesAcross(columns);

    /// <summary>The share of one thread of a group.</summary>
    /// <param name="product">What is multiplied.</param>
    /// <param name="thread">The thread, 0 … 255.</param>
    /// <param name="tile">The tile, which is the group.</param>
    public static void Run<T>(Arguments product, int thread, int tile)
        where T : unmanaged, ITensorElement
    {
        T element = default;
        uint memory = WarpgroupInstructions.SharedMemory();
        int down = WarpgroupTiling.TilesDown(product.Rows), across = WarpgroupTiling.TilesAcross(product.Columns);
        int row = TileOrder.Row(tile, down, across) * WarpgroupTiling.Rows, column = TileOrder.Column(tile, down, across) * WarpgroupTiling.Columns;
        Copies copies = Copies.Of(product, thread, row, column);
        int steps = DepthSteps.Count(product.Depth) * product.Parts;
        WarpgroupSums sums = default;
        for (int step = 0; step < WarpgroupTiling.Stages - 1; step++)
            copies = copies.Begin(memory + WarpgroupTiling.Stage(step), step < steps);
        for (int step = 0; step < steps; step++)
        {
            // Every thread has its own copies of this step; after the barrier all have, and both warpgroups have multiplied the stage that is overwritten next.
            WarpgroupInstructions.WaitForAllButTwoBatches();
            WarpgroupInstructions.FenceCopies();
            TensorInstructions.Barrier();
            uint stage = memory + WarpgroupTiling.Stage(step);
            sums = element.BeginMultiplyAdd(
                sums, WarpgroupTiling.Descriptor(stage + (uint)WarpgroupTiling.XStart(thread)), WarpgroupTiling.Descriptor(stage + WarpgroupTiling.WStart));
            int next = step + WarpgroupTiling.Stages - 1;
            copies = copies.Begin(memory + WarpgroupTiling.Stage(next), next < steps);
            sums = WarpgroupInstructions.Finish(sums);
        }

        row += WarpgroupTiling.SumRow(thread);
        column += WarpgroupTiling.SumColumn(thread);
        Write(product, sums.C0, row, column);
        Write(product, sums.C1, row, column + WarpgroupTiling.SumColumns);
        Write(product, sums.C2, row, column + (2 * WarpgroupTiling.SumColumns));
        Write(product, sums.C3, row, column + (3 * WarpgroupTiling.SumColumns));
    }

    /// <summary>Writes a thread's share of 64 columns, from a column and in two rows that may not exist.</summary>
    private static void Write(Arguments product, SumRow sums, int row, int column)
    {
        long at = product.Y + ((((long)row * product.Columns) + column) * sizeof(float)), below = at + (8L * product.Columns * sizeof(float));
        int left = product.Columns - column, first = row < product.Rows ? left : 0, second = row + 8 < product.Rows ? left : 0;
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

    /// <summary>A product; the parameter of the kernel.</summary>
    internal struct Arguments
    {
        /// <summary>The address of x's parts [parts, rows, depth], 16-bit, a multiple of 16.</summary>
        public long X;

        /// <summary>The address of w [columns, depth], columns even, 16-bit, a multiple of 16.</summary>
        public long W;

        /// <summary>The address of y [rows, columns], 32-bit, a multiple of 8.</summary>
        public long Y;

        public int Rows;
        public int Columns;
        public int Depth;
        public int Accumulate;
        public int Parts;
    }

    /// <summary>What a thread copies into the next stage: the same chunk of four rows of x, and of eight rows of w.</summary>
    private struct Copies
    {
        private DepthSteps steps;
        private OperandCopies x;
        private OperandCopies upperW;
        private OperandCopies lowerW;
        private uint target;

        public static Copies Of(Arguments product, int thread, int row, int column)
        {
            int first = WarpgroupTiling.CopyRow(thread), start = WarpgroupTiling.CopyChunk(thread) * WarpgroupTiling.ElementsOfChunk;
            Copies copies = default;
            copies.steps = DepthSteps.From(start, product);
            copies.x = OperandCopies.Of(product.X, row + first, product.Rows, WarpgroupTiling.RowsApart, start, product.Depth);
            copies.upperW = OperandCopies.Of(product.W, column + first, product.Columns, WarpgroupTiling.RowsApart, start, product.Depth);
            copies.lowerW = OperandCopies.Of(product.W, column + (WarpgroupTiling.Columns / 2) + first, product.Columns, WarpgroupTiling.RowsApart, start, product.Depth);
            copies.target = (uint)WarpgroupTiling.Offset(first, WarpgroupTiling.CopyChunk(thread));
            return copies;
        }

        /// <summary>Begins the copies of a step, one batch of them even where there is nothing left to copy, so that batches can be counted.</summary>
        /// <returns>What is to be copied in the next step.</returns>
        public readonly Copies Begin(uint stage, bool any)
        {
            Copies next = this;
            if (any)
            {
                stage += target;
                x.Begin(stage, WarpgroupTiling.CopiesApart, steps.Inside);
                upperW.Begin(stage + WarpgroupTiling.WStart, WarpgroupTiling.CopiesApart, steps.Inside);
                lowerW.Begin(stage + WarpgroupTiling.LowerWStart, WarpgroupTiling.CopiesApart, steps.Inside);
                next.x = x.Next(steps.ToNextX);
                next.upperW = upperW.Next(steps.ToNextW);
                next.lowerW = lowerW.Next(steps.ToNextW);
                next.steps = steps.Next();
            }

            TensorInstructions.CommitCopies();
            return next;
        }
    }
}
