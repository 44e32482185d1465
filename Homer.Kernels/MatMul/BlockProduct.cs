// Tour: docs/kernels.md#tileproduct
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.MatMul;

/// <summary>The share of one group in y = x·wᵀ (or y += x·wᵀ) with weights of eight bits; see <see cref="TileProduct"/>.</summary>
/// <remarks>
/// On the CPU, panels of weights are widened to 32 bits; for the few rows of decoding, x is rounded to eight bits instead
/// (<see cref="Int8DotProducts"/>). On GPUs, weights are widened on their way into shared memory.
/// </remarks>
[HasGpuBody(typeof(BlockProductGpu))]
internal static unsafe class BlockProduct
{
    /// <summary>Computes the share of one group.</summary>
    [IntrinsicImplementation]
    public static void Run(ArrayView<float> x, Int8Weights w, ArrayView<float> y, ProductShape shape, int group, int groups)
    {
        var elements = (sbyte*)w.Elements.LoadEffectiveAddressAsPtr();
        var scales = (BFloat16*)w.Scales.LoadEffectiveAddressAsPtr();
        float* input = RowMath.Pointer(x), output = RowMath.Pointer(y);
        if (shape.Rows <= GemvLimit.MostRowsOnCpu)
            CpuGemv.Run(CpuWeightRows.Of(elements, scales, shape.Depth), input, output, shape, group, groups);
        else
            TileProductCpu.RunPacked(input, new BlockRows(elements, scales, Int8Weights.Blocks(shape.Depth)), output, shape, group, groups);
    }
}
