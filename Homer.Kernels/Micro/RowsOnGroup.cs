using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;

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
        return Primitives.Sum(sum);
    }

    public static void Normalize(ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
    {
        for (int r = Grid.IdxX; r < rows; r += Grid.DimX)
        {
            ArrayView<float> source = x.SubView((long)r * width, width), target = y.SubView((long)r * width, width);
            float scale = 1 / XMath.Sqrt((SumOfSquares(source, width) / width) + epsilon);
            int i = Group.IdxX, step = Group.DimX;
            for (; i + (3 * step) < width; i += 4 * step)
            {
                float x0 = source[i] * weight[i], x1 = source[i + step] * weight[i + step];
                float x2 = source[i + (2 * step)] * weight[i + (2 * step)], x3 = source[i + (3 * step)] * weight[i + (3 * step)];
                target[i] = x0 * scale;
                target[i + step] = x1 * scale;
                target[i + (2 * step)] = x2 * scale;
                target[i + (3 * step)] = x3 * scale;
            }

            for (; i < width; i += step)
                target[i] = source[i] * weight[i] * scale;
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

    /// <summary>Eight elements a thread at once, so that as many loads are under way: of one row there is nothing else to wait for.</summary>
    private static float SumOfSquares(ArrayView<float> x, int n)
    {
        float sum = 0;
        int i = Group.IdxX, step = Group.DimX;
        for (; i + (7 * step) < n; i += 8 * step)
        {
            sum += SumOfSquares(x[i], x[i + step], x[i + (2 * step)], x[i + (3 * step)])
                + SumOfSquares(x[i + (4 * step)], x[i + (5 * step)], x[i + (6 * step)], x[i + (7 * step)]);
        }

        for (; i < n; i += step)
            sum += x[i] * x[i];
        return Primitives.Sum(sum);
    }

    private static float SumOfSquares(float a, float b, float c, float d) => (a * a) + (b * b) + (c * c) + (d * d);
}
