using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Eviction.Cpu;
using Homer.Kernels.Eviction.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#bilevelattention
/// <summary>Attention of one query in two versions to near and far keys, in one softmax; see <see cref="BilevelAttention"/>.</summary>
[HasGpuBody(typeof(BilevelRowGpu))]
internal static class BilevelRow
{
    /// <summary>Attends with both versions of a query to the keys that each of them meets; <paramref name="d"/> is head_dim.</summary>
    [IntrinsicImplementation]
    public static void Attend<T>(ArrayView<float> output, BilevelKeys<T> keys, int d)
        where T : unmanaged, IWeightElement => BilevelRowCpu.Attend(output, keys, d);
}
