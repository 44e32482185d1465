using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Micro;

/// <summary>The bodies of <see cref="Rows"/> for a group of threads: thread t takes elements t, t + group size, …</summary>
internal static class RowsOnGroup
{
    public static float Dot<T>(ArrayView<float> a, ArrayView<T> b, int n)
        where T : unmanaged, IWeightElement
    {
        float sum = 0;
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            sum += a[i] * b[i].ToSingle();
        return GroupExtensions.AllReduce<float, AddFloat>(sum);
    }

    public static float SumOfSquares(ArrayView<float> a, int n) => Dot(a, a.Cast<Float32>(), n);

    public static void ScaleMultiply(ArrayView<float> target, ArrayView<float> source, ArrayView<float> weight, float scale, int n)
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = source[i] * scale * weight[i];
    }

    public static void SiluMultiply(ArrayView<float> gate, ArrayView<float> up, int n)
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            gate[i] = Silu(gate[i]) * up[i];
    }

    public static float Silu(float x) => x / (1 + XMath.Exp(-x));

    public static void Rotate(ArrayView<float> row, ArrayView<float> cos, ArrayView<float> sin, int half)
    {
        for (int i = Group.IdxX; i < half; i += Group.DimX)
        {
            float first = row[i], second = row[i + half];
            row[i] = (first * cos[i]) - (second * sin[i]);
            row[i + half] = (second * cos[i]) + (first * sin[i]);
        }

        Group.Barrier();
    }

    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = source[i];
    }

    public static void Blend<T>(ArrayView<T> target, ArrayView<T> source, float a, float b, int n)
        where T : unmanaged, ICacheElement<T>
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = target[i].FromSingle((a * target[i].ToSingle()) + (b * source[i].ToSingle()));
    }

    public static void Decode<T>(ArrayView<float> target, ArrayView<T> source, int n)
        where T : unmanaged, IWeightElement
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = source[i].ToSingle();
    }

    public static void Encode<T>(ArrayView<T> target, ArrayView<float> source, int n)
        where T : unmanaged, ICacheElement<T>
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = target[i].FromSingle(source[i]);
    }
}
