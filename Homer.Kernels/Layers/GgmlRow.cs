// Tour: docs/kernels.md#blocks-of-gguf-files
using Homer.Kernels.Backends;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights.Cpu;
using Homer.Kernels.Weights.Ggml;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Layers;

/// <summary>Widens a row of blocks of ggml.</summary>
[HasGpuBody(typeof(GgmlRowGpu))]
internal static unsafe class GgmlRow
{
    /// <summary>Widens elements first … first + count − 1 of a row; on the CPU whole blocks.</summary>
    [IntrinsicImplementation]
    public static void Decode<TFormat>(ArrayView<float> target, GgmlWeights<TFormat> table, int row, int first, int count)
        where TFormat : unmanaged, IGgmlFormat => GgmlDecoding.Decode<TFormat>(RowMath.Pointer(target), table.OnCpu(row, first), count);
}
