// Tour: docs/kernels.md#blocktensorproduct
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// y = x·wᵀ (or y += x·wᵀ) on tensor cores for weights of eight bits, w[j, p] = elements[j, p] · scales[j, p / 32]; see
/// <see cref="TensorProduct"/> for 16-bit weights. An element is exact in bfloat16, so that a block's products with x's parts are as
/// exact as those of bfloat16 weights; each block's sums are multiplied by its scales and added to y's in 32 bits.
/// </summary>
/// <remarks>
/// <para>
/// bfloat16 and not binary16, which would take two parts of x instead of three: models whose weights were rounded may have activations
/// beyond binary16's range.
/// </para>
/// <code>
/// y += s · (x₁·wᵀ + x₂·wᵀ + x₃·wᵀ)      a stage is one block of 32 of the depth; in the parentheses 6 mma for a 16 × 8 tile of y
///
/// 1. wait for the own copies of block b, then at the barrier for all others'
/// 2. begin the copies of block b + 2; store the scale of block b + 1; load the scale of block b + 2
/// 3. split 2 × 16 rows of x into parts; for each 8 of 64 columns: widen w, multiply by the parts, scale, add
/// </code>
/// The same tiles of 64 × 128, warps and sums as <see cref="TensorProduct"/>; <see cref="BlockTiling"/> says which thread does what.
/// </remarks>
internal static class BlockTensorProduct
{
    /// <summary>
    /// Returns whether this kernel can compute a product: copies move 16 bytes at a time from addresses that are multiples of 16.
    /// </summary>
    public static bool Takes(ComputeDevice device, ArrayView<float> x, WeightMatrix w, int rows) =>
        device.HasTensorCores && w.Type == WeightType.Int8 && rows > GemvLimit.MostRowsOnGpu && w.Columns % 4 == 0
        && (DeviceAddress.Of(x) | w.Address) % ProductTiling.Chunk == 0;

    /// <summary>Computes the share of one thread of a group.</summary>
    /// <param name="factors">The addresses of x and of the elements of w.</param>
    /// <param name="scales">The scales of w [columns, blocks].</param>
    /// <param name="y">The output [rows, columns].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="thread">The thread, 0 … 127.</param>
    /// <param name="group">The group.</param>
    /// <param name="groups">The number of groups.</param>
    public static void Run(
        TensorFactors factors, ArrayView<BFloat16> scales, ArrayView<float> y, ProductShape shape, int thread, int group, int groups)
    {
        uint memory = TensorInstructions.SharedMemory();
        int down = ProductTiling.TilesDown(shape.Rows), across = ProductTiling.TilesAcross(shape.Columns);
        int blocks = Int8Weights.Blocks(shape.Depth);
        for (int tile = group; tile < down * across; tile += groups)
        {
            int row = TileOrder.Row(tile, down, across) * ProductTiling.Rows;
            int column = TileOrder.Column(tile, down, across) * ProductTiling.Columns;
            BlockCopies copies = BlockCopies.Of(factors, shape, thread, row, column);
            // A thread loads the scales of one column; where the column does not exist, the last one's do.
            ArrayView<BFloat16> ofColumn = scales.SubView((long)XMath.Min(column + thread, shape.Columns - 1) * blocks, blocks);
            uint scale = memory + (uint)BlockTiling.ScaleOffset(thread);
            WarpSums sums = default;
            for (int block = 0; block < ProductTiling.Stages - 1; block++)
                copies.Begin(memory, block, shape, thread);
            TensorInstructions.Store(scale, ofColumn[0].ToSingle());
            float next = ofColumn[XMath.Min(1, blocks - 1)].ToSingle();
            for (int block = 0; block < blocks; block++)
            {
                // Barriers as in TensorProduct. A scale is loaded two blocks ahead and stored one ahead, so that no thread waits for it.
                TensorInstructions.WaitForAllButOneBatch();
                TensorInstructions.Barrier();
                copies.Begin(memory, block + ProductTiling.Stages - 1, shape, thread);
                TensorInstructions.Store(scale + (uint)((block + 1) % ProductTiling.Stages * BlockTiling.StageBytes), next);
                next = ofColumn[XMath.Min(block + 2, blocks - 1)].ToSingle();
                sums = Multiply(sums, memory + (uint)(block % ProductTiling.Stages * BlockTiling.StageBytes), thread, shape.Parts);
            }

            TensorInstructions.WaitForAllBatches();
            TensorInstructions.Barrier();
            TensorProduct.Write(y, shape, sums.M0, thread, 0, row, column);
            TensorProduct.Write(y, shape, sums.M1, thread, 1, row, column);
        }
    }

    /// <summary>
    /// Adds the products of a block: a warp's 32 rows of x by its 64 rows of w, which are widened eight at a time for both tiles of x.
    /// </summary>
    private static WarpSums Multiply(WarpSums sums, uint stage, int thread, int parts)
    {
        BlockFactors x0 = BlockFactors.Load(stage, thread, 0, parts), x1 = BlockFactors.Load(stage, thread, 1, parts);
        Registers n01 = TensorInstructions.LoadMatrices(stage + (uint)BlockTiling.WRow(thread, 0));
        Registers n23 = TensorInstructions.LoadMatrices(stage + (uint)BlockTiling.WRow(thread, 1));
        Registers n45 = TensorInstructions.LoadMatrices(stage + (uint)BlockTiling.WRow(thread, 2));
        Registers n67 = TensorInstructions.LoadMatrices(stage + (uint)BlockTiling.WRow(thread, 3));
        Registers w = Widen(n01.R0, n01.R1);
        Float32x2 scale = Scale(stage, thread, 0);
        sums.M0.N0 = Add(sums.M0.N0, x0, w, scale, parts);
        sums.M1.N0 = Add(sums.M1.N0, x1, w, scale, parts);
        w = Widen(n01.R2, n01.R3);
        scale = Scale(stage, thread, 1);
        sums.M0.N1 = Add(sums.M0.N1, x0, w, scale, parts);
        sums.M1.N1 = Add(sums.M1.N1, x1, w, scale, parts);
        w = Widen(n23.R0, n23.R1);
        scale = Scale(stage, thread, 2);
        sums.M0.N2 = Add(sums.M0.N2, x0, w, scale, parts);
        sums.M1.N2 = Add(sums.M1.N2, x1, w, scale, parts);
        w = Widen(n23.R2, n23.R3);
        scale = Scale(stage, thread, 3);
        sums.M0.N3 = Add(sums.M0.N3, x0, w, scale, parts);
        sums.M1.N3 = Add(sums.M1.N3, x1, w, scale, parts);
        w = Widen(n45.R0, n45.R1);
        scale = Scale(stage, thread, 4);
        sums.M0.N4 = Add(sums.M0.N4, x0, w, scale, parts);
        sums.M1.N4 = Add(sums.M1.N4, x1, w, scale, parts);
        w = Widen(n45.R2, n45.R3);
        scale = Scale(stage, thread, 5);
        sums.M0.N5 = Add(sums.M0.N5, x0, w, scale, parts);
        sums.M1.N5 = Add(sums.M1.N5, x1, w, scale, parts);
        w = Widen(n67.R0, n67.R1);
        scale = Scale(stage, thread, 6);
        sums.M0.N6 = Add(sums.M0.N6, x0, w, scale, parts);
        sums.M1.N6 = Add(sums.M1.N6, x1, w, scale, parts);
        w = Widen(n67.R2, n67.R3);
        scale = Scale(stage, thread, 7);
        sums.M0.N7 = Add(sums.M0.N7, x0, w, scale, parts);
        sums.M1.N7 = Add(sums.M1.N7, x1, w, scale, parts);
        return sums;
    }

    /// <summary>Widens eight elements of w to the bfloat16 factors of both steps of 16 of the depth.</summary>
    private static Registers Widen(uint first, uint second) => new()
    {
        R0 = TensorInstructions.WidenLow(first),
        R1 = TensorInstructions.WidenHigh(first),
        R2 = TensorInstructions.WidenLow(second),
        R3 = TensorInstructions.WidenHigh(second),
    };

    private static Float32x2 Scale(uint stage, int thread, int tile) =>
        TensorInstructions.LoadPair(stage + (uint)BlockTiling.ScaleOffset(ProductTiling.SumColumn(thread, tile)));

    /// <summary>Returns sums + scale · x·wᵀ of 16 rows of x by 8 rows of w over a block.</summary>
    private static Sums Add(Sums sums, BlockFactors x, Registers w, Float32x2 scale, int parts)
    {
        Sums block = TensorInstructions.MultiplyAddBFloat16(default, x.Large0, w.R0, w.R1);
        block = TensorInstructions.MultiplyAddBFloat16(block, x.Large1, w.R2, w.R3);
        if (parts > 1)
        {
            block = TensorInstructions.MultiplyAddBFloat16(block, x.Middle0, w.R0, w.R1);
            block = TensorInstructions.MultiplyAddBFloat16(block, x.Middle1, w.R2, w.R3);
            block = TensorInstructions.MultiplyAddBFloat16(block, x.Small0, w.R0, w.R1);
            block = TensorInstructions.MultiplyAddBFloat16(block, x.Small1, w.R2, w.R3);
        }

        return new()
        {
            S0 = sums.S0 + (block.S0 * scale.Low),
            S1 = sums.S1 + (block.S1 * scale.High),
            S2 = sums.S2 + (block.S2 * scale.Low),
            S3 = sums.S3 + (block.S3 * scale.High),
        };
    }
}
