using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Eviction.Cpu;
using Homer.Kernels.Eviction.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#keyrerotation
/// <summary>Copies one head of a row, rotated. All threads of a group call it together, and none waits for another.</summary>
[HasGpuBody(typeof(RotatedHeadGpu))]
internal static class RotatedHead
{
    /// <summary>
    /// Writes source to target with the pairs (x[i], x[i + half]) rotated by the angles whose cosines and sines are given. Both are the
    /// same row or do not overlap.
    /// </summary>
    [IntrinsicImplementation]
    public static void Rotate<T>(ArrayView<T> target, ArrayView<T> source, ArrayView<float> cos, ArrayView<float> sin, int half)
        where T : unmanaged, ICacheElement<T> => RotatedHeadCpu.Rotate(target, source, cos, sin, half);
}
