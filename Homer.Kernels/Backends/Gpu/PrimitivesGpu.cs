using Homer.Kernels.Elements;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Backends.Gpu;

// Tour: docs/kernels.md#how-a-kernel-is-laid-out
/// <summary>The bodies of <see cref="Primitives"/> that are right on every GPU: ILGPU's reductions.</summary>
internal static class PrimitivesGpu
{
    public static float Larger(float a, float b) => XMath.Max(OrderedBits.Number(a), OrderedBits.Number(b));

    public static float Sum(float own) => GroupExtensions.AllReduce<float, AddFloat>(own);

    public static RowSums SumRows(RowSums own) =>
        new() { S0 = Sum(own.S0), S1 = Sum(own.S1), S2 = Sum(own.S2), S3 = Sum(own.S3), Squares = Sum(own.Squares) };

    public static float Max(float own) => GroupExtensions.AllReduce<float, MaxFloat>(own);
}
