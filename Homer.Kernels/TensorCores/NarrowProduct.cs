using Homer.Kernels.Devices;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// <see cref="WarpgroupProduct"/> for few rows of x, or few of w, where reading w is what takes the time: tiles of 64 × 64 of yᵀ = w·xᵀ, so that there are many groups, and wgmma's 64 rows are
/// of w and as full as can be. <see cref="NarrowTiling"/> says who does what.
/// </summary>
internal static class NarrowProduct
{
    /// <summary>Whether this kernel is for a product that <see cref="WarpgroupProduct"/> could compute, too: of half a tile of rows, or so few tiles that most of the device would be idle.</summary>
    public static bool IsBetter(ComputeDevice device, int rows, int columns) =>
        rows <= NarrowTiling.Size || WarpgroupProduct.Tiles(rows, columns) < device.Accelerator.NumMultiprocessors / 4;

    /// <summary>The number of groups for a product.</summary>
    public static int Tiles(int rows, int columns) => NarrowTiling.Tiles(rows) * NarrowTiling.Tiles(columns);

    /// <summary>The share of one thread of a group.</summary>
    /// <param name="product">What is multiplied.</param>
    /// <param name="thread">The thread, 0 … 127.</param>
    /// <param name="tile">The tile, which is the group.</param>
    public static void Run<T>(WarpgroupProduct.Arguments product, int thread, int tile)
        where T : unmanaged, ITensorElement
    {
        T element = default;
        uint memory = WarpgroupInstructions.SharedMemory();
        int across = NarrowTiling.Tiles(product.Columns), row = tile / across * NarrowTiling.Size, column = tile % across * NarrowTiling.Size;
        Copies copies = Copies.Of(product, thread, row, column);
        int steps = DepthSteps.Count(product.Depth) * product.Parts;
        SumRow sums = default;
        for (int step = 0; step < NarrowTiling.Stages - 1; step++)
            copies = copies.Begin(memory + NarrowTiling.Stage(step), step < steps);
        for (int step = 0; step < steps; step++)
        {
            // As in the other kernel: after the barrier all copies of this step have arrived, and the stage that is overwritten next has been multiplied.
            WarpgroupInstructions.WaitForAllButSixBatches();
            WarpgroupInstructions.FenceCopies();
            TensorInstructions.Barrier();
            uint stage = memory + NarrowTiling.Stage(step);
            sums = element.BeginMultiplyAdd(sums, WarpgroupTiling.Descriptor(stage), WarpgroupTiling.Descriptor(stage + NarrowTiling.XStart));
            int next = step + NarrowTiling.Stages - 1;
            copies = copies.Begin(memory + NarrowTiling.Stage(next), next < steps);
            sums = WarpgroupInstructions.Finish(sums);
        }

        Write(product, sums, row + WarpgroupTiling.SumColumn(thread), column + WarpgroupTiling.SumRow(thread));
    }

    /// <summary>Writes a thread's share: of columns c and c + 8, rows r and r + 1 of each 8.</summary>
    private static void Write(WarpgroupProduct.Arguments product, SumRow sums, int row, int column)
    {
        if (product.Accumulate != 0)
        {
            sums = new()
            {
                N0 = Add(product, sums.N0, row, column),
                N1 = Add(product, sums.N1, row + 8, column),
                N2 = Add(product, sums.N2, row + 16, column),
                N3 = Add(product, sums.N3, row + 24, column),
                N4 = Add(product, sums.N4, row + 32, column),
                N5 = Add(product, sums.N5, row + 40, column),
                N6 = Add(product, sums.N6, row + 48, column),
                N7 = Add(product, sums.N7, row + 56, column),
            };
        }

        Store(product, sums.N0, row, column);
        Store(product, sums.N1, row + 8, column);
        Store(product, sums.N2, row + 16, column);
        Store(product, sums.N3, row + 24, column);
        Store(product, sums.N4, row + 32, column);
        Store(product, sums.N5, row + 40, column);
        Store(product, sums.N6, row + 48, column);
        Store(product, sums.N7, row + 56, column);
    }

    private static Sums Add(WarpgroupProduct.Arguments product, Sums sums, int row, int column) => new()
    {
        S0 = sums.S0 + WarpgroupInstructions.Load(At(product, row, column), Exists(product, row, column)),
        S1 = sums.S1 + WarpgroupInstructions.Load(At(product, row + 1, column), Exists(product, row + 1, column)),
        S2 = sums.S2 + WarpgroupInstructions.Load(At(product, row, column + 8), Exists(product, row, column + 8)),
        S3 = sums.S3 + WarpgroupInstructions.Load(At(product, row + 1, column + 8), Exists(product, row + 1, column + 8)),
    };

    private static void Store(WarpgroupProduct.Arguments product, Sums sums, int row, int column)
    {
        WarpgroupInstructions.Store(At(product, row, column), sums.S0, Exists(product, row, column));
        WarpgroupInstructions.Store(At(product, row + 1, column), sums.S1, Exists(product, row + 1, column));
        WarpgroupInstructions.Store(At(product, row, column + 8), sums.S2, Exists(product, row, column + 8));
        WarpgroupInstructions.Store(At(product, row + 1, column + 8), sums.S3, Exists(product, row + 1, column + 8));
    }

    private static long At(WarpgroupProduct.Arguments product, int row, int column) => product.Y + ((((long)row * product.Columns) + column) * sizeof(float));

    private static int Exists(WarpgroupProduct.Arguments product, int row, int column) => FragmentMath.IsLess(row, product.Rows) & FragmentMath.IsLess(column, product.Columns);

    /// <summary>What a thread copies into the next stage: the same chunk of four rows of w and of x.</summary>
    private struct Copies
    {
        private DepthSteps steps;
        private OperandCopies x;
        private OperandCopies w;
        private uint target;

        public static Copies Of(WarpgroupProduct.Arguments product, int thread, int row, int column)
        {
            int first = WarpgroupTiling.CopyRow(thread), start = WarpgroupTiling.CopyChunk(thread) * WarpgroupTiling.ElementsOfChunk;
            Copies copies = default;
            copies.steps = DepthSteps.From(start, product);
            copies.x = OperandCopies.Of(product.X, row + first, product.Rows, NarrowTiling.RowsApart, start, product.Depth);
            copies.w = OperandCopies.Of(product.W, column + first, product.Columns, NarrowTiling.RowsApart, start, product.Depth);
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
                w.Begin(stage + target, NarrowTiling.CopiesApart, steps.Inside);
                x.Begin(stage + target + NarrowTiling.XStart, NarrowTiling.CopiesApart, steps.Inside);
                next.w = w.Next(steps.ToNextW);
                next.x = x.Next(steps.ToNextX);
                next.steps = steps.Next();
            }

            TensorInstructions.CommitCopies();
            return next;
        }
    }
}
