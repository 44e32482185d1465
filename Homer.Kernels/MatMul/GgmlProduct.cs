// Tour: docs/kernels.md#blocks-of-gguf-files
using Homer.Kernels.Backends;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights.Cpu;
using Homer.Kernels.Weights.Ggml;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.MatMul;

/// <summary>
/// The share of one group in y = x·wᵀ (or y += x·wᵀ) with weights in blocks of ggml, w = scale · number + offset, which are widened as
/// they are read; see <see cref="TileProduct"/>. w [columns, depth] stays as the blocks of its file.
/// </summary>
/// <remarks>
/// On the CPU, panels of weights are widened to 32 bits into L1, or for the few rows of decoding 256 elements at a time. On GPUs, weights
/// are widened on their way into shared memory.
/// </remarks>
[HasGpuBody(typeof(GgmlProductGpu))]
internal static unsafe class GgmlProduct
{
    /// <summary>Computes the share of one group.</summary>
    [IntrinsicImplementation]
    public static void Run<TFormat>(
        ArrayView<float> x, GgmlWeights<TFormat> w, ArrayView<float> y, ProductShape shape, int group, int groups)
        where TFormat : unmanaged, IGgmlFormat
    {
        float* input = RowMath.Pointer(x), output = RowMath.Pointer(y);
        if (shape.Rows <= GemvLimit.MostRowsOnCpu)
            CpuGemv.Run(CpuWeightRows.OfGgml<TFormat>(w.OnCpu(), shape.Depth), input, output, shape, group, groups);
        else
            TileProductCpu.RunPacked(input, new GgmlRows<TFormat>(w.OnCpu(), shape.Depth), output, shape, group, groups);
    }
}
