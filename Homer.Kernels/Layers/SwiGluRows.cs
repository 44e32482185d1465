using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Layers;

/// <summary>The share of one group in y = silu(x·gateᵀ) · (x·upᵀ) of few rows of x, which are normalized on the way; y [count, n].</summary>
[HasGpuBody(typeof(SwiGluRowsGpu))]
internal static unsafe class SwiGluRows
{
    [IntrinsicImplementation]
    public static void Run<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int first = WorkPartition.Part(n, group, groups), end = WorkPartition.Part(n, group + 1, groups), width = end - first;
        CpuWeightRows gateRows = gate.OnCpu(x.Width), upRows = up.OnCpu(x.Width);
        float** rows = stackalloc float*[x.Count];
        float* scratch = ThreadScratch.Take(CpuGemv.NormalizedLength(gateRows, x) + (x.Count * width)), ups = scratch + CpuGemv.NormalizedLength(gateRows, x);
        CpuGemv.Normalize(gateRows, x, scratch, rows);
        // One after the other: weights are read the faster the fewer places they are read at.
        CpuGemv.Multiply(gateRows, rows, x.Count, first, width, RowMath.Pointer(y) + first, n, accumulate: false);
        CpuGemv.Multiply(upRows, rows, x.Count, first, width, ups, width, accumulate: false);
        for (int i = 0; i < x.Count; i++)
            RowMath.SiluMultiply(RowMath.Pointer(y) + ((long)i * n) + first, ups + (i * width), width);
    }
}
