using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// y = x·wᵀ (or y += x·wᵀ) on the tensor cores of NVIDIA's Hopper GPUs (sm_90), for 16-bit weights and five rows or more: wgmma, which
/// 128 threads execute together and which reads both factors from shared memory. <see cref="IWarpgroupTile{TSelf}"/> says what a group
/// computes, and which of its threads does what.
/// </summary>
/// <remarks>
/// x has been rounded before (<see cref="RoundedParts"/>), to one part or to several whose sum is x; see <see cref="ActivationParts"/>
/// for what that costs. The parts are multiplied one after another, as if the depth were so many times as long: y = Σ xᵢ·wᵀ. Rows,
/// columns and depths that do not exist arrive as zeros.
/// </remarks>
internal static class WarpgroupProduct
{
    /// <summary>The share of one thread of a group.</summary>
    /// <param name="product">What is multiplied.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="number">The tile, which is the group.</param>
    public static void Run<T, TTile>(Arguments product, int thread, int number)
        where T : unmanaged, ITensorElement
        where TTile : struct, IWarpgroupTile<TTile>
    {
        T element = default;
        TTile tile = default;
        uint memory = WarpgroupInstructions.SharedMemory();
        var place = TilePlace.Of(product, number, tile.Rows, tile.Columns);
        int steps = DepthSteps.Count(product.Depth) * product.Parts, stage = 0, target = 0, ahead = tile.Stages - 2;
        tile = tile.Of(product, thread, place);
        tile.Clear();
        for (int step = 0; step < ahead; step++)
        {
            tile = tile.Begin(memory + (uint)target, step < steps);
            target = Next(tile, target);
        }

        for (int step = 0; step < steps; step++)
        {
            // Every thread has its own copies of this step; after the barrier all have, and what is overwritten next, the stage before
            // the last, has been multiplied by both warpgroups. The last one may still be multiplied: tensor cores have the next before
            // they are done.
            tile.WaitForCopies();
            WarpgroupInstructions.FenceCopies();
            TensorInstructions.Barrier();
            tile.BeginMultiplyAdd(element, memory + (uint)stage, thread);
            tile = tile.Begin(memory + (uint)target, step + ahead < steps);
            WarpgroupInstructions.WaitForAllButOneProduct();
            stage = Next(tile, stage);
            target = Next(tile, target);
        }

        WarpgroupInstructions.WaitForProducts();
        tile.Write(product, thread, place);
    }

    /// <summary>Where the stage after one begins.</summary>
    private static int Next<TTile>(TTile tile, int stage)
        where TTile : struct, IWarpgroupTile<TTile> => (stage + tile.StageBytes) & FragmentMath.IsLess(stage + tile.StageBytes, tile.Stages * tile.StageBytes);

    /// <summary>A matrix that x is multiplied by, and where the product goes; none if it has no columns.</summary>
    internal struct Factor
    {
        /// <summary>The address of w [columns, depth], columns even, 16-bit, a multiple of 16.</summary>
        public long W;

        /// <summary>The address of y [rows, columns], 32-bit, a multiple of 8.</summary>
        public long Y;

        public int Columns;
    }

    /// <summary>Up to three products of the same x; the parameter of the kernel.</summary>
    internal struct Arguments
    {
        /// <summary>How many products there can be.</summary>
        public const int MostFactors = 3;

        /// <summary>The address of x's parts [parts, rows, depth], 16-bit, a multiple of 16.</summary>
        public long X;

        public Factor First;
        public Factor Second;
        public Factor Third;
        public int Rows;
        public int Depth;
        public int Accumulate;
        public int Parts;
    }
}
