using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction.Gpu;

/// <summary>The body of <see cref="BilevelRow"/> for a group of threads.</summary>
internal static class BilevelRowGpu
{
    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> near, ArrayView<float> far, ArrayView<T> nearKeys, ArrayView<T> farKeys,
        ArrayView<T> values, int farCount, int count, int d)
        where T : unmanaged, IWeightElement =>
        AttentionRowGpu.Attend(output, near, far, nearKeys, farKeys, values, farCount, count, d, 1 / XMath.Sqrt((float)d));
}
