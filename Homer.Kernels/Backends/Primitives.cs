using Homer.Kernels.Backends.Gpu;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Backends;

/// <summary>
/// Building blocks of GPU bodies for which NVIDIA's GPUs have better instructions than OpenCL C offers. All threads of a group reduce
/// together, and all get the result.
/// </summary>
[HasGpuBody(typeof(PrimitivesGpu), typeof(PrimitivesCuda))]
internal static class Primitives
{
    /// <summary>Returns the larger of two values; NaN compares below every number.</summary>
    [IntrinsicImplementation]
    public static float Larger(float a, float b) => PrimitivesGpu.Larger(a, b);

    /// <summary>Returns the sum over the group's threads.</summary>
    [IntrinsicImplementation]
    public static float Sum(float own) => own;

    /// <summary>Returns five sums over the group's threads, in the time of one.</summary>
    [IntrinsicImplementation]
    public static RowSums SumRows(RowSums own) => own;

    /// <summary>Returns the largest value of the group's threads.</summary>
    [IntrinsicImplementation]
    public static float Max(float own) => own;
}
