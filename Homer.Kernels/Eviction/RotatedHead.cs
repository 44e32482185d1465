using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Eviction.Gpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Eviction;

/// <summary>Copies a head of stored elements, turned. All threads of a group call it alike, and none waits for another.</summary>
[HasGpuBody(typeof(RotatedHeadGpu))]
internal static unsafe class RotatedHead
{
    /// <summary>
    /// target = source with the pairs (x[i], x[i + half]) turned by the angles whose cosines and sines are given; they are the same row or do
    /// not overlap.
    /// </summary>
    [IntrinsicImplementation]
    public static void Turn<T>(ArrayView<T> target, ArrayView<T> source, ArrayView<float> cos, ArrayView<float> sin, int half)
        where T : unmanaged, ICacheElement<T>
    {
        T* x = (T*)source.LoadEffectiveAddressAsPtr(), y = (T*)target.LoadEffectiveAddressAsPtr();
        float* c = RowMath.Pointer(cos), s = RowMath.Pointer(sin);
        for (int i = 0; i < half; i++)
        {
            float first = x[i].ToSingle(), second = x[i + half].ToSingle();
            y[i] = y[i].FromSingle((first * c[i]) - (second * s[i]));
            y[i + half] = y[i].FromSingle((second * c[i]) + (first * s[i]));
        }
    }
}
