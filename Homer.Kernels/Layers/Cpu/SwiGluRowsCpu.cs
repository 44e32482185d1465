using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Cpu;
using ILGPU;

namespace Homer.Kernels.Layers.Cpu;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The body of <see cref="SwiGluRows"/> for one CPU thread. It takes consecutive columns of y, normalizes x into its own scratch memory,
/// multiplies by gate and then by up, and gates what it has.
/// </summary>
internal static unsafe class SwiGluRowsCpu
{
    public static void Run<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int first = WorkPartition.Start(n, group, groups), end = WorkPartition.Start(n, group + 1, groups), width = end - first;
        CpuWeightRows gateRows = gate.OnCpu(x.Width), upRows = up.OnCpu(x.Width);
        float** rows = stackalloc float*[x.Count];

        // Scratch: x normalized, then x·upᵀ [x.Count, width].
        float* scratch = ThreadScratch.Take(CpuGemv.NormalizedLength(gateRows, x) + (x.Count * width));
        float* ups = scratch + CpuGemv.NormalizedLength(gateRows, x);
        PreparedRows prepared = CpuGemv.Normalize(gateRows, x, scratch, rows);

        // One matrix after the other: memory is read the faster the fewer streams there are.
        CpuGemv.Multiply(gateRows, prepared, first, width, RowMath.Pointer(y) + first, n, accumulate: false);
        CpuGemv.Multiply(upRows, prepared, first, width, ups, width, accumulate: false);
        for (int i = 0; i < x.Count; i++)
            RowMathCpu.SiluMultiply(RowMath.Pointer(y) + ((long)i * n) + first, ups + (i * width), width);
    }
}
