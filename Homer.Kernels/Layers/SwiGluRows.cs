using Homer.Kernels.Backends;
using Homer.Kernels.Layers.Cpu;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The fused first half of the MLP for few rows of x: norm, two products and the gate. Each group computes some columns of y.
/// </summary>
[HasGpuBody(typeof(SwiGluRowsGpu))]
internal static class SwiGluRows
{
    /// <summary>Computes one group's share of the columns of y [x.Count, n] = silu(norm(x)·gateᵀ) · (norm(x)·upᵀ).</summary>
    [IntrinsicImplementation]
    public static void Run<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights> => SwiGluRowsCpu.Run(x, gate, up, y, n, group, groups);
}
