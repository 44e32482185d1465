// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Devices;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// y = x·wᵀ (or y += x·wᵀ) on the tensor cores of NVIDIA GPUs from sm_80 on, for 16-bit weights and more rows of 32-bit x than a GEMV
/// takes: mma.m16n8k16, with 16-bit factors and 32-bit sums.
/// </summary>
/// <remarks>
/// <code>
///            128 columns of y          a group of 128 threads computes a tile of 64 × 128, each warp 32 × 64; a step is 32 of the depth:
///           ┌─────────┬─────────┐
///   64 rows │ warp 0  │ warp 1  │ 32   1. wait for the own copies of step s, then at the barrier for all others'
///   of x    ├─────────┼─────────┤      2. begin the copies of step s + 2, into the stage that the barrier has freed
///           │ warp 2  │ warp 3  │ 32   3. twice, for 16 of the depth: load fragments of w as they are stored (ldmatrix), round those
///           └─────────┴─────────┘         of x in registers, from 32 bits to parts, and multiply
///                64        64
/// </code>
/// Three stages in shared memory; rows, columns and depths that do not exist arrive as zeros. <see cref="ProductTiling"/> says which
/// thread does what, <see cref="ActivationParts"/> what rounding x costs.
/// </remarks>
internal static class TensorProduct
{
    /// <summary>
    /// Returns whether this kernel can compute a product: copies move 16 bytes at a time from addresses that are multiples of 16.
    /// </summary>
    public static bool Takes(ComputeDevice device, ArrayView<float> x, WeightMatrix w, int rows) =>
        device.HasTensorCores && w.Type is WeightType.Float16 or WeightType.BFloat16 && rows > GemvLimit.MostRowsOnGpu && w.Columns % 8 == 0
        && (DeviceAddress.Of(x) | w.Address) % ProductTiling.Chunk == 0;

    /// <summary>Returns the launch of a product: one group for each tile.</summary>
    public static KernelConfig Grid(int rows, int columns) =>
        new(ProductTiling.TilesDown(rows) * ProductTiling.TilesAcross(columns), ProductTiling.Threads);

    /// <summary>Computes the share of one thread of a group.</summary>
    /// <param name="factors">The addresses of x and of w, whose elements are of T.</param>
    /// <param name="y">The output [rows, columns].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="thread">The thread, 0 … 127.</param>
    /// <param name="group">The group.</param>
    /// <param name="groups">The number of groups.</param>
    public static void Run<T>(TensorFactors factors, ArrayView<float> y, ProductShape shape, int thread, int group, int groups)
        where T : unmanaged, ITensorElement
    {
        uint memory = TensorInstructions.SharedMemory();
        int down = ProductTiling.TilesDown(shape.Rows), across = ProductTiling.TilesAcross(shape.Columns);
        int steps = (shape.Depth + ProductTiling.Depth - 1) / ProductTiling.Depth;
        for (int tile = group; tile < down * across; tile += groups)
        {
            int row = TileOrder.Row(tile, down, across) * ProductTiling.Rows;
            int column = TileOrder.Column(tile, down, across) * ProductTiling.Columns;
            ProductCopies copies = ProductCopies.Of(factors, shape, thread, row, column);
            WarpSums sums = default;
            for (int step = 0; step < ProductTiling.Stages - 1; step++)
                copies.Begin(memory, step, shape, thread);
            for (int step = 0; step < steps; step++)
            {
                // Before the barrier a thread has its own copies of this step; after it, all have, and none still multiplies the stage that
                // is overwritten next.
                TensorInstructions.WaitForAllButOneBatch();
                TensorInstructions.Barrier();
                copies.Begin(memory, step + ProductTiling.Stages - 1, shape, thread);
                uint stage = memory + (uint)(step % ProductTiling.Stages * ProductTiling.StageBytes);
                sums = Multiply<T>(sums, stage, thread, 0, shape.Parts);
                sums = Multiply<T>(sums, stage, thread, 1, shape.Parts);
            }

            TensorInstructions.WaitForAllBatches();
            TensorInstructions.Barrier();
            Write(y, shape, sums.M0, thread, 0, row, column);
            Write(y, shape, sums.M1, thread, 1, row, column);
        }
    }

    /// <summary>Adds the products of 16 of the depth: a warp's 32 rows of x by its 64 rows of w.</summary>
    private static WarpSums Multiply<T>(WarpSums sums, uint stage, int thread, int step, int parts)
        where T : unmanaged, ITensorElement
    {
        var w = new WeightFragments
        {
            N01 = TensorInstructions.LoadMatrices(stage + (uint)ProductTiling.WRow(thread, 0, step)),
            N23 = TensorInstructions.LoadMatrices(stage + (uint)ProductTiling.WRow(thread, 1, step)),
            N45 = TensorInstructions.LoadMatrices(stage + (uint)ProductTiling.WRow(thread, 2, step)),
            N67 = TensorInstructions.LoadMatrices(stage + (uint)ProductTiling.WRow(thread, 3, step)),
        };
        sums.M0 = Multiply<T>(sums.M0, Load(stage, thread, 0, step), w, parts);
        sums.M1 = Multiply<T>(sums.M1, Load(stage, thread, 1, step), w, parts);
        return sums;
    }

    private static Pairs Load(uint stage, int thread, int tile, int step) => new()
    {
        P0 = TensorInstructions.LoadPair(stage + (uint)ProductTiling.XPair(thread, tile, step, 0)),
        P1 = TensorInstructions.LoadPair(stage + (uint)ProductTiling.XPair(thread, tile, step, 1)),
        P2 = TensorInstructions.LoadPair(stage + (uint)ProductTiling.XPair(thread, tile, step, 2)),
        P3 = TensorInstructions.LoadPair(stage + (uint)ProductTiling.XPair(thread, tile, step, 3)),
    };

    // Part after part: x rounded, then what that left over, rounded, and so on.
    private static SumRow Multiply<T>(SumRow sums, Pairs x, WeightFragments w, int parts)
        where T : unmanaged, ITensorElement
    {
        T element = default;
        Registers part = FragmentMath.Round(element, x);
        sums = FragmentMath.MultiplyAdd(element, sums, part, w);
        for (int i = 1; i < parts; i++)
        {
            x = FragmentMath.Remainder(element, x, part);
            part = FragmentMath.Round(element, x);
            sums = FragmentMath.MultiplyAdd(element, sums, part, w);
        }

        return sums;
    }

    /// <summary>Writes a thread's share of 16 rows of its warp's tile.</summary>
    public static void Write(ArrayView<float> y, ProductShape shape, SumRow sums, int thread, int tile, int row, int column)
    {
        row += ProductTiling.SumRow(thread, tile);
        Write(y, shape, sums.N0, row, column + ProductTiling.SumColumn(thread, 0));
        Write(y, shape, sums.N1, row, column + ProductTiling.SumColumn(thread, 1));
        Write(y, shape, sums.N2, row, column + ProductTiling.SumColumn(thread, 2));
        Write(y, shape, sums.N3, row, column + ProductTiling.SumColumn(thread, 3));
        Write(y, shape, sums.N4, row, column + ProductTiling.SumColumn(thread, 4));
        Write(y, shape, sums.N5, row, column + ProductTiling.SumColumn(thread, 5));
        Write(y, shape, sums.N6, row, column + ProductTiling.SumColumn(thread, 6));
        Write(y, shape, sums.N7, row, column + ProductTiling.SumColumn(thread, 7));
    }

    private static void Write(ArrayView<float> y, ProductShape shape, Sums sums, int row, int column)
    {
        Write(y, shape, sums.S0, row, column);
        Write(y, shape, sums.S1, row, column + 1);
        Write(y, shape, sums.S2, row + 8, column);
        Write(y, shape, sums.S3, row + 8, column + 1);
    }

    private static void Write(ArrayView<float> y, ProductShape shape, float sum, int row, int column)
    {
        if (row >= shape.Rows || column >= shape.Columns)
            return;
        long at = ((long)row * shape.Columns) + column;
        y[at] = shape.Accumulate != 0 ? y[at] + sum : sum;
    }
}
