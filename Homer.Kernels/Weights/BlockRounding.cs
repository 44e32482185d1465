// Tour: docs/kernels.md#quantization
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;
using Homer.Kernels.Weights.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Weights;

/// <summary>Rounds weights to eight bits in blocks of 32; see <see cref="Int8Weights"/>.</summary>
[HasGpuBody(typeof(BlockRoundingGpu))]
internal static class BlockRounding
{
    /// <summary>Rounds one row of a matrix.</summary>
    [IntrinsicImplementation]
    public static void Row<T>(ArrayView<T> stored, Int8Weights rounded, int row)
        where T : unmanaged, IWeightElement => BlockRoundingCpu.Row(stored, rounded, row);
}
