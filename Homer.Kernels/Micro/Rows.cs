using System.Numerics.Tensors;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>Operations on one row of <c>n</c> elements that a group does together. All threads of a group call them alike.</summary>
[HasGroupBodies(typeof(RowsOnGroup))]
internal static unsafe class Rows
{
    /// <summary>Σ a[i]·b[i], known to every thread of the group.</summary>
    [IntrinsicImplementation]
    public static float Dot(ArrayView<float> a, ArrayView<float> b, int n) => TensorPrimitives.Dot(Read(a, n), Read(b, n));

    /// <summary>Σ a[i]², known to every thread of the group.</summary>
    [IntrinsicImplementation]
    public static float SumOfSquares(ArrayView<float> a, int n) => TensorPrimitives.SumOfSquares(Read(a, n));

    /// <summary>target[i] = source[i] · weight[i] · scale.</summary>
    [IntrinsicImplementation]
    public static void ScaleMultiply(ArrayView<float> target, ArrayView<float> source, ArrayView<float> weight, float scale, int n)
    {
        Span<float> result = Write(target, n);
        TensorPrimitives.Multiply(Read(source, n), scale, result);
        TensorPrimitives.Multiply(result, Read(weight, n), result);
    }

    /// <summary>gate[i] = silu(gate[i]) · up[i], where silu(x) = x / (1 + e⁻ˣ).</summary>
    [IntrinsicImplementation]
    public static void SiluMultiply(ArrayView<float> gate, ArrayView<float> up, int n)
    {
        const int Block = 256;
        float* sigmoid = stackalloc float[Block];
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(Block, n - i);
            Span<float> result = Write(gate, n).Slice(i, count);
            var scratch = new Span<float>(sigmoid, count);
            TensorPrimitives.Sigmoid(result, scratch);
            TensorPrimitives.Multiply(result, scratch, result);
            TensorPrimitives.Multiply(result, Read(up, n).Slice(i, count), result);
        }
    }

    /// <summary>
    /// Turns the pairs (source[i], source[i + half]) by the angles whose cosines and sines are given. <paramref name="target"/> may be
    /// <paramref name="source"/>.
    /// </summary>
    [IntrinsicImplementation]
    public static void Rotate(ArrayView<float> target, ArrayView<float> source, ArrayView<float> cos, ArrayView<float> sin, int half)
    {
        float* x = Pointer(source), y = Pointer(target), c = Pointer(cos), s = Pointer(sin);
        for (int i = 0; i < half; i++)
        {
            float first = x[i], second = x[i + half];
            y[i] = (first * c[i]) - (second * s[i]);
            y[i + half] = (second * c[i]) + (first * s[i]);
        }
    }

    /// <summary>target[i] = source[i]; the rows are the same or do not overlap.</summary>
    [IntrinsicImplementation]
    public static void Copy(ArrayView<float> target, ArrayView<float> source, int n) => Read(source, n).CopyTo(Write(target, n));

    /// <summary>target[i] = a · target[i] + b · source[i].</summary>
    [IntrinsicImplementation]
    public static void Blend(ArrayView<float> target, ArrayView<float> source, float a, float b, int n)
    {
        Span<float> result = Write(target, n);
        TensorPrimitives.Multiply(result, a, result);
        TensorPrimitives.MultiplyAdd(Read(source, n), b, result, result);
    }

    /// <summary>target[i] = the value of the stored weight source[i].</summary>
    [IntrinsicImplementation]
    public static void Decode<T>(ArrayView<float> target, ArrayView<T> source, int n)
        where T : unmanaged, IWeightElement
    {
        T* from = (T*)source.LoadEffectiveAddressAsPtr();
        float* to = Pointer(target);
        int i = 0;
        for (; i <= n - Body256.Lanes; i += Body256.Lanes)
            Body256.Store(Body256.Decode(from + i), to + i);
        for (; i < n; i++)
            to[i] = from[i].ToSingle();
    }

    internal static float* Pointer(ArrayView<float> view) => (float*)view.LoadEffectiveAddressAsPtr();

    private static ReadOnlySpan<float> Read(ArrayView<float> view, int n) => new(Pointer(view), n);

    private static Span<float> Write(ArrayView<float> view, int n) => new(Pointer(view), n);
}
