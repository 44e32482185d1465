using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Eviction.Cpu;

// Tour: docs/kernels.md#keyrerotation
/// <summary>The CPU body of <see cref="RotatedHead"/>.</summary>
internal static unsafe class RotatedHeadCpu
{
    public static void Rotate<T>(ArrayView<T> target, ArrayView<T> source, ArrayView<float> cos, ArrayView<float> sin, int half)
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
