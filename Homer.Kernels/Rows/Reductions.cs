using Homer.Kernels.Backends;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#how-a-kernel-is-laid-out
/// <summary>Reductions of a row of <c>n</c> values by one group; every thread of the group gets the result.</summary>
[HasGpuBody(typeof(ReductionsGpu))]
internal static unsafe class Reductions
{
    /// <summary>Returns the first index of the largest value; 0 if all values are −∞ or NaN.</summary>
    [IntrinsicImplementation]
    public static int ArgMax(ArrayView<float> values, int n) => ReductionsCpu.ArgMax(RowMath.Pointer(values), n);

    /// <summary>
    /// Counts and sums the values that are at least a threshold. A lower threshold gives no smaller count and, for values ≥ 0, no smaller
    /// sum.
    /// </summary>
    [IntrinsicImplementation]
    public static CountAndSum AtLeast(ArrayView<float> values, int n, float threshold) =>
        ReductionsCpu.AtLeast(RowMath.Pointer(values), n, threshold);
}

/// <summary>The number of selected values and their sum.</summary>
internal struct CountAndSum
{
    public int Count;
    public float Sum;
}
