// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// y = x·wᵀ (or y += x·wᵀ) on the tensor cores of NVIDIA's Hopper GPUs (sm_90), for 16-bit weights: wgmma, which 128 threads execute
/// together and which reads both factors from shared memory. <see cref="IWarpgroupTile{TSelf}"/> says what a group computes, and which of
/// its threads does what.
/// </summary>
/// <remarks>
/// <para>
/// x has been rounded before (<see cref="RoundedParts"/>), to one part or to several whose sum is x; <see cref="ActivationParts"/> says
/// what that costs. The parts are multiplied one after another, as if the depth were as many times as long: y = Σ xᵢ·wᵀ. Rows, columns
/// and depths that do not exist arrive as zeros.
/// </para>
/// <code>
/// one step                                    stages in shared memory, 64 of the depth each
/// 1. wait for the own copies of stage s       s − 1   may still be multiplied
/// 2. fence and barrier: all copies are here   s       multiplied now
/// 3. begin wgmma of s                         s + 1   arriving
/// 4. begin the copies of stage s + ahead      s + 2   …
/// 5. wait for the wgmma of s − 1
/// </code>
/// </remarks>
internal static class WarpgroupProduct
{
    /// <summary>Computes the share of one thread of a group.</summary>
    /// <param name="product">The arguments of the kernel.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="number">The number of the tile, which is that of the group.</param>
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
            // Before the barrier a thread has its own copies of this step; after it, all have, and the stage that is overwritten next, the
            // one before the last, has been multiplied by both warpgroups. The last one may still be multiplied: tensor cores get the next
            // product before they are done.
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

    /// <summary>Returns the offset of the stage after one.</summary>
    private static int Next<TTile>(TTile tile, int stage)
        where TTile : struct, IWarpgroupTile<TTile> =>
        (stage + tile.StageBytes) & FragmentMath.IsLess(stage + tile.StageBytes, tile.Stages * tile.StageBytes);

    /// <summary>A matrix by which x is multiplied, and the output; unused if it has no columns.</summary>
    internal struct Factor
    {
        /// <summary>The address of w [columns, depth], columns even, 16-bit, a multiple of 16.</summary>
        public long W;

        /// <summary>The address of y [rows, columns], 32-bit, a multiple of 8.</summary>
        public long Y;

        /// <summary>Rows of w, which are columns of y.</summary>
        public int Columns;
    }

    /// <summary>Up to three products of the same x; the parameter of the kernel.</summary>
    internal struct Arguments
    {
        /// <summary>The largest number of products.</summary>
        public const int MostFactors = 3;

        /// <summary>The address of x's parts [parts, rows, depth], 16-bit, a multiple of 16.</summary>
        public long X;

        public Factor First;
        public Factor Second;
        public Factor Third;

        /// <summary>Rows of x.</summary>
        public int Rows;

        /// <summary>Columns of x and of w.</summary>
        public int Depth;

        /// <summary>1 where products are added to y; 0 where they overwrite it.</summary>
        public int Accumulate;

        /// <summary>The number of parts of x.</summary>
        public int Parts;
    }
}
