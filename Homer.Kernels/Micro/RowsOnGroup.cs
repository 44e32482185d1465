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

    public static void Normalize(ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
    {
        for (int r = Grid.IdxX; r < rows; r += Grid.DimX)
        {
            ArrayView<float> source = x.SubView((long)r * width, width), target = y.SubView((long)r * width, width);
            float scale = 1 / XMath.Sqrt((Dot(source, source.Cast<Float32>(), width) / width) + epsilon);
            for (int i = Group.IdxX; i < width; i += Group.DimX)
                target[i] = source[i] * scale * weight[i];
        }
    }

    public static void SiluMultiply(ArrayView<float> gate, ArrayView<float> up, int n)
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            gate[i] = Silu(gate[i]) * up[i];
    }

    public static float Silu(float x) => x / (1 + XMath.Exp(-x));

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
}
