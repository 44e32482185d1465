using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Rows;

/// <summary>Operations on one row of <c>n</c> elements that a group does together. All threads of a group call them alike.</summary>
[HasGpuBody(typeof(RowMathGpu))]
internal static unsafe class RowMath
{
    // Elements that are widened, or gated, at a time; a multiple of every vector's length.
    private const int Block = 256;

    /// <summary>The share of one group in y = weight · x / √(mean(x²) + ε) of each row [width].</summary>
    [IntrinsicImplementation]
    public static void Normalize<TQuads>(ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
        where TQuads : struct, IFloat32x4Access
    {
        float* source = Pointer(x), target = Pointer(y), w = Pointer(weight);
        WorkRange share = WorkPartition.Of(rows);
        for (long r = share.First; r < share.End; r++)
            Normalize(target + (r * width), source + (r * width), w, width, epsilon);
    }

    /// <summary>The share of one group in gate[i] = silu(gate[i]) · up[i], where silu(x) = x / (1 + e⁻ˣ), for i &lt; count.</summary>
    [IntrinsicImplementation]
    public static void SiluMultiply<TQuads>(ArrayView<float> gate, ArrayView<float> up, long count)
        where TQuads : struct, IFloat32x4Access
    {
        float* gates = Pointer(gate), ups = Pointer(up);
        WorkRange share = WorkPartition.Of((int)((count + Block - 1) / Block));
        for (long piece = share.First; piece < share.End; piece++)
            SiluMultiply(gates + (piece * Block), ups + (piece * Block), (int)Math.Min(Block, count - (piece * Block)));
    }

    /// <summary>target[i] = source[i]; they are the same row or do not overlap.</summary>
    [IntrinsicImplementation]
    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged =>
        new ReadOnlySpan<T>(source.LoadEffectiveAddressAsPtr().ToPointer(), n).CopyTo(new Span<T>(target.LoadEffectiveAddressAsPtr().ToPointer(), n));

    /// <summary>target[i] = a · target[i] + b · source[i].</summary>
    [IntrinsicImplementation]
    public static void Blend<T>(ArrayView<T> target, ArrayView<T> source, float a, float b, int n)
        where T : unmanaged, ICacheElement<T>
    {
        T* to = (T*)target.LoadEffectiveAddressAsPtr(), from = (T*)source.LoadEffectiveAddressAsPtr();
        float* left = stackalloc float[Block], right = stackalloc float[Block];
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(Block, n - i);
            Decode(left, to + i, count);
            Decode(right, from + i, count);
            var result = new Span<float>(left, count);
            TensorPrimitives.Multiply(result, a, result);
            TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(right, count), b, result, result);
            Encode(to + i, left, count);
        }
    }

    /// <summary>target[i] = the value of the stored weight source[i].</summary>
    [IntrinsicImplementation]
    public static void Decode<T>(ArrayView<float> target, ArrayView<T> source, int n)
        where T : unmanaged, IWeightElement
    {
        Decode(Pointer(target), (T*)source.LoadEffectiveAddressAsPtr(), n);
    }

    /// <summary>Normalizes one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Normalize(float* target, float* source, float* weight, int n, float epsilon)
    {
        Vector256<float> s0 = default, s1 = default;
        int i = 0;
        for (; i <= n - (2 * Body256.Lanes); i += 2 * Body256.Lanes)
        {
            Vector256<float> first = Body256.Load(source + i), second = Body256.Load(source + i + Body256.Lanes);
            s0 = Body256.MultiplyAdd(first, first, s0);
            s1 = Body256.MultiplyAdd(second, second, s1);
        }

        float sum = Body256.Sum(s0 + s1);
        for (; i < n; i++)
            sum += source[i] * source[i];
        float scale = 1 / MathF.Sqrt((sum / n) + epsilon);
        for (i = 0; i <= n - Body256.Lanes; i += Body256.Lanes)
            Body256.Store(Body256.Load(source + i) * scale * Body256.Load(weight + i), target + i);
        for (; i < n; i++)
            target[i] = source[i] * scale * weight[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SiluMultiply(float* gate, float* up, int n)
    {
        int i = 0;
        for (; i <= n - Body256.Lanes; i += Body256.Lanes)
        {
            // 1 / (1 + e⁻ˣ) = eˣ / (1 + eˣ): whichever has no large power.
            Vector256<float> x = Body256.Load(gate + i), power = Exponential.Of<Vector256<float>, Body256>(-Vector256.Abs(x));
            Vector256<float> above = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), power, Vector256<float>.One);
            Body256.Store(x * above / (Vector256<float>.One + power) * Body256.Load(up + i), gate + i);
        }

        for (; i < n; i++)
        {
            float power = Exponential.Of<float, BodyScalar>(-MathF.Abs(gate[i]));
            gate[i] = gate[i] * (gate[i] < 0 ? power : 1) / (1 + power) * up[i];
        }
    }

    /// <summary>Turns the pairs (left[i], right[i]).</summary>
    internal static void Rotate(float* left, float* right, float* cos, float* sin, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> first = Vector.Load(left + i), second = Vector.Load(right + i), cosine = Vector.Load(cos + i), sine = Vector.Load(sin + i);
            ((first * cosine) - (second * sine)).Store(left + i);
            ((second * cosine) + (first * sine)).Store(right + i);
        }

        for (; i < count; i++)
        {
            float first = left[i], second = right[i];
            left[i] = (first * cos[i]) - (second * sin[i]);
            right[i] = (second * cos[i]) + (first * sin[i]);
        }
    }

    internal static void Decode<T>(float* target, T* source, int n)
        where T : unmanaged, IWeightElement => Decode<T, Vector256<float>, Body256>(target, source, n);

    /// <summary>The same for one vector width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Decode<T, TVector, TBody>(float* target, T* source, int n)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int i = 0;
        for (; i <= n - TBody.Lanes; i += TBody.Lanes)
            TBody.Store(TBody.Decode(source + i), target + i);
        for (; i < n; i++)
            target[i] = source[i].ToSingle();
    }

    internal static void Encode<T>(T* target, float* source, int n)
        where T : unmanaged, ICacheElement<T>
    {
        int i = 0;
        for (; i <= n - Body256.Lanes; i += Body256.Lanes)
            Body256.Encode(Body256.Load(source + i), target + i);
        for (; i < n; i++)
            target[i] = default(T).FromSingle(source[i]);
    }

    /// <summary>Asks for a line of memory that is needed soon. Reads nothing, so that it may lie beyond what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(void* place)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(place);
    }

    /// <summary>The same for what is needed later: it goes no further than into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void PrefetchFar(void* place)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(place);
    }

    internal static float* Pointer(ArrayView<float> view) => (float*)view.LoadEffectiveAddressAsPtr();
}
