using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Eviction.Gpu;

// Tour: docs/kernels.md#keyrerotation
/// <summary>The body of <see cref="RotatedHead"/> on a GPU: thread t rotates pairs t, t + 128 and so on.</summary>
internal static class RotatedHeadGpu
{
    public static void Rotate<T>(ArrayView<T> target, ArrayView<T> source, ArrayView<float> cos, ArrayView<float> sin, int half)
        where T : unmanaged, ICacheElement<T>
    {
        for (int i = Group.IdxX; i < half; i += Group.DimX)
        {
            float first = source[i].ToSingle(), second = source[i + half].ToSingle();
            target[i] = target[i].FromSingle((first * cos[i]) - (second * sin[i]));
            target[i + half] = target[i].FromSingle((second * cos[i]) + (first * sin[i]));
        }
    }
}
