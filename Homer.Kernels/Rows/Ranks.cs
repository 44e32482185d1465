using Homer.Kernels.Backends;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#tokenselection
/// <summary>Ranks of elements by counting, without sorting. One group counts together; every thread of the group gets the result.</summary>
[HasGpuBody(typeof(RanksGpu))]
internal static unsafe class Ranks
{
    /// <summary>
    /// Returns how many j in [first, end) are ranked before i: higher pooled score; or equal pooled score and higher own score; or both
    /// equal and j &lt; i.
    /// </summary>
    [IntrinsicImplementation]
    public static int Of(ArrayView<float> pooled, ArrayView<float> own, int first, int end, int i) =>
        RanksCpu.Of(RowMath.Pointer(pooled), RowMath.Pointer(own), first, end, i);

    /// <summary>Returns how many of the first <paramref name="n"/> values are below a limit.</summary>
    [IntrinsicImplementation]
    public static int CountBelow(ArrayView<int> values, int n, int limit) => RanksCpu.CountBelow(RowMath.Pointer(values), n, limit);

    /// <summary>
    /// Returns whether one element is ranked before another; <paramref name="earlier"/> decides where both scores are equal.
    /// </summary>
    internal static bool IsBefore(float pooled, float own, float otherPooled, float otherOwn, bool earlier) =>
        pooled > otherPooled || (pooled == otherPooled && (own > otherOwn || (own == otherOwn && earlier)));
}
