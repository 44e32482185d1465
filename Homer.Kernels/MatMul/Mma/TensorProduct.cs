using Homer.Kernels.Devices;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// y = x·wᵀ (or y += x·wᵀ) on the tensor cores of NVIDIA GPUs from sm_80 on, for 16-bit weights and many rows of 32-bit x: mma.m16n8k16, 16-bit factors and
/// 32-bit sums. Groups of 128 threads, tiles of 64 × 128; <see cref="ProductTiling"/> says who does what.
/// </summary>
/// <remarks>
/// <para>
/// x and w arrive in shared memory by asynchronous copies, three stages of 32 of the depth, and rows, columns and depths that do not exist arrive as zeros.
/// Fragments of w are loaded as they are stored (ldmatrix). Those of x are rounded in registers, from 32 bits, since tensor cores take both factors in w's type.
/// </para>
/// <para>
/// What rounding x would cost is made explicit by <see cref="Shape.Parts"/>. A number is the sum of its roundings: x = x₁ + x₂ + x₃ + …, where x₁ is x rounded, x₂ is
/// x − x₁ rounded, and so on; each part is one more product. bfloat16 has 8 significant bits: one part is off by 2⁻⁹ of x, two by 2⁻¹⁸, three by 2⁻²⁷, less than x's own
/// rounding. binary16 has 11: one part is off by 2⁻¹², two by 2⁻²⁴; below 2⁻¹⁴ it loses bits, so two parts are off by 2⁻²⁵ at least, which matters only where a whole row
/// of x is that small. Beyond ±65504 parts saturate: two of them hold numbers up to ±131008, the second with 11 bits, and infinity becomes that largest number.
/// </para>
/// </remarks>
internal static class TensorProduct
{
    /// <summary>Fewer rows have a body of their own, which reads weights alone.</summary>
    public const int FewestRows = 5;

    /// <summary>The most that <see cref="PartsFor"/> says.</summary>
    public const int MostParts = 3;

    /// <summary>Parts of x with which a product is as exact as one of 32-bit numbers; those of eight-bit weights are bfloat16.</summary>
    public static int PartsFor(WeightType type) => type == WeightType.Float16 ? 2 : MostParts;

    /// <summary>Whether this kernel can compute a product: copies move 16 bytes at a time from addresses that are multiples of 16.</summary>
    public static bool Takes(ComputeDevice device, ArrayView<float> x, WeightMatrix w, int rows) =>
        device.HasTensorCores && w.Type is WeightType.Float16 or WeightType.BFloat16 && rows >= FewestRows && w.Columns % 8 == 0 && (DeviceAddress.Of(x) | w.Address) % ProductTiling.Chunk == 0;

    /// <summary>The launch for a product.</summary>
    public static KernelConfig Grid(int rows, int columns) => new(ProductTiling.TilesDown(rows) * ProductTiling.TilesAcross(columns), ProductTiling.Threads);

    /// <summary>The share of one thread of a group.</summary>
    /// <param name="x">The address of x [rows, depth], 32-bit, a multiple of 16.</param>
    /// <param name="w">The address of w [columns, depth] of T, a multiple of 16.</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="thread">The thread, 0 … 127.</param>
    /// <param name="group">The group.</param>
    /// <param name="groups">The number of groups.</param>
    public static void Run<T>(long x, long w, ArrayView<float> y, Shape shape, int thread, int group, int groups)
        where T : unmanaged, ITensorElement
    {
        uint memory = TensorInstructions.SharedMemory();
        int down = ProductTiling.TilesDown(shape.Rows), across = ProductTiling.TilesAcross(shape.Columns);
        int steps = (shape.Depth + ProductTiling.Depth - 1) / ProductTiling.Depth;
        for (int tile = group; tile < down * across; tile += groups)
        {
            int row = TileOrder.Row(tile, down, across) * ProductTiling.Rows, column = TileOrder.Column(tile, down, across) * ProductTiling.Columns;
            Copies copies = Copies.Of(x, w, shape, thread, row, column);
            WarpSums sums = default;
            for (int step = 0; step < ProductTiling.Stages - 1; step++)
                copies.Begin(memory, step, shape, thread);
            for (int step = 0; step < steps; step++)
            {
                // Every thread has its own copies of this step; after the barrier all have, and none still multiplies the stage that is overwritten next.
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

    /// <summary>Multiplies 16 of the depth: a warp's 32 rows of x by its 64 rows of w.</summary>
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
    public static void Write(ArrayView<float> y, Shape shape, SumRow sums, int thread, int tile, int row, int column)
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

    private static void Write(ArrayView<float> y, Shape shape, Sums sums, int row, int column)
    {
        Write(y, shape, sums.S0, row, column);
        Write(y, shape, sums.S1, row, column + 1);
        Write(y, shape, sums.S2, row + 8, column);
        Write(y, shape, sums.S3, row + 8, column + 1);
    }

    private static void Write(ArrayView<float> y, Shape shape, float sum, int row, int column)
    {
        if (row >= shape.Rows || column >= shape.Columns)
            return;
        long at = ((long)row * shape.Columns) + column;
        y[at] = shape.Accumulate != 0 ? y[at] + sum : sum;
    }

    /// <summary>The sizes of a product; a parameter of the kernel.</summary>
    internal struct Shape
    {
        public int Rows;
        public int Columns;
        public int Depth;
        public int Accumulate;

        /// <summary>Roundings that x is split into, at least 1.</summary>
        public int Parts;
    }

    /// <summary>What a thread copies into each stage: the same chunk of four rows of x, and of four rows of w.</summary>
    private struct Copies
    {
        private long x;
        private long w;
        private int xRow;
        private int wRow;

        public static Copies Of(long x, long w, Shape shape, int thread, int row, int column)
        {
            Copies copies = default;
            copies.xRow = row + ProductTiling.XCopyRow(thread);
            copies.wRow = column + ProductTiling.WCopyRow(thread);
            copies.x = x + ((long)copies.xRow * shape.Depth * sizeof(float)) + (ProductTiling.XCopyChunk(thread) * ProductTiling.Chunk);
            copies.w = w + ((long)copies.wRow * shape.Depth * sizeof(ushort)) + (ProductTiling.WCopyChunk(thread) * ProductTiling.Chunk);
            return copies;
        }

        /// <summary>Begins the copies of a step, one batch of them even where there is nothing left to copy, so that batches can be counted.</summary>
        public readonly void Begin(uint memory, int step, Shape shape, int thread)
        {
            uint stage = memory + (uint)(step % ProductTiling.Stages * ProductTiling.StageBytes);
            int depth = step * ProductTiling.Depth;
            bool xInside = depth + (ProductTiling.XCopyChunk(thread) * 4) < shape.Depth, wInside = depth + (ProductTiling.WCopyChunk(thread) * 8) < shape.Depth;
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

        private readonly void BeginX(uint stage, int copy, int depth, bool depthInside, Shape shape, int thread)
        {
            int rows = copy * ProductTiling.XRowsApart;
            uint target = stage + (uint)ProductTiling.XOffset(ProductTiling.XCopyRow(thread) + rows, ProductTiling.XCopyChunk(thread));
            bool inside = depthInside && xRow + rows < shape.Rows;
            TensorInstructions.CopyAsync(target, inside ? x + ((((long)rows * shape.Depth) + depth) * sizeof(float)) : x, inside ? ProductTiling.Chunk : 0);
        }

        private readonly void BeginW(uint stage, int copy, int depth, bool depthInside, Shape shape, int thread)
        {
            int rows = copy * ProductTiling.WRowsApart;
            uint target = stage + (uint)ProductTiling.WOffset(ProductTiling.WCopyRow(thread) + rows, ProductTiling.WCopyChunk(thread));
            bool inside = depthInside && wRow + rows < shape.Columns;
            TensorInstructions.CopyAsync(target, inside ? w + ((((long)rows * shape.Depth) + depth) * sizeof(ushort)) : w, inside ? ProductTiling.Chunk : 0);
        }
    }
}
