using Homer.Kernels.Attention;
using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Eviction.Gpu;

// Tour: docs/kernels.md#bilevelattention
/// <summary>The body of <see cref="BilevelRow"/> on a GPU.</summary>
internal static class BilevelRowGpu
{
    public static void Attend<T>(ArrayView<float> output, BilevelKeys<T> keys, int d)
        where T : unmanaged, IWeightElement => AttentionRowGpu.Attend(output, keys, d, 1 / XMath.Sqrt((float)d));
}
