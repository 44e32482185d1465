using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Micro;

/// <summary>The share of one group in y = silu(x·gateᵀ) · (x·upᵀ) of few rows of x, which are normalized on the way; y [count, n].</summary>
[HasGroupBodies(typeof(GatedRowsOnGroup))]
internal static unsafe class GatedRows
{
    [IntrinsicImplementation]
    public static void Run<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int first = Sharing.Part(n, group, groups), end = Sharing.Part(n, group + 1, groups), width = end - first;
        CpuRows gateRows = gate.OnCpu(x.Width), upRows = up.OnCpu(x.Width);
        float** rows = stackalloc float*[x.Count];
        float* scratch = ThreadScratch.Take(FewRows.NormalizedLength(gateRows, x) + (x.Count * width)), ups = scratch + FewRows.NormalizedLength(gateRows, x);
        FewRows.Normalize(gateRows, x, scratch, rows);
        // One after the other: weights are read the faster the fewer places they are read at.
        FewRows.Multiply(gateRows, rows, x.Count, first, width, Rows.Pointer(y) + first, n, accumulate: false);
        FewRows.Multiply(upRows, rows, x.Count, first, width, ups, width, accumulate: false);
        for (int i = 0; i < x.Count; i++)
            Rows.SiluMultiply(Rows.Pointer(y) + ((long)i * n) + first, ups + (i * width), width);
    }
}
