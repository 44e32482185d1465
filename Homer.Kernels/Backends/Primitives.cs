using Homer.Kernels.Backends.Gpu;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Backends;

/// <summary>
/// What bodies for groups of threads are made of where NVIDIA's GPUs have better than what every GPU has. All threads of a group reduce together, and all get the result.
/// </summary>
[HasGpuBody(typeof(PrimitivesGpu), typeof(PrimitivesCuda))]
internal static class Primitives
{
    /// <summary>The larger of two numbers; what is not a number is smaller than all that are.</summary>
    [IntrinsicImplementation]
    public static float Larger(float a, float b) => PrimitivesGpu.Larger(a, b);

    /// <summary>The sum over the group's threads.</summary>
    [IntrinsicImplementation]
    public static float Sum(float own) => own;

    /// <summary>The same for five sums at once.</summary>
    [IntrinsicImplementation]
    public static RowSums SumRows(RowSums own) => own;

    /// <summary>The largest number of the group's threads.</summary>
    [IntrinsicImplementation]
    public static float Max(float own) => own;
}
