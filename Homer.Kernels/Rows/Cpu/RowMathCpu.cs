using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Rows.Cpu;

// Tour: docs/kernels.md#rmsnorm
/// <summary>
/// The bodies of <see cref="RowMath"/> for one CPU thread with wide vectors, and the row operations of other bodies on the CPU.
/// </summary>
internal static unsafe class RowMathCpu
{
    // Elements that are widened or gated at a time; a multiple of every vector's length.
    private const int Block = 256;

    /// <summary>Normalizes this thread's share of the rows.</summary>
    public static void NormalizeRows(float* y, float* x, float* weight, int rows, int width, float epsilon)
    {
        WorkRange share = WorkPartition.Of(rows);
        for (long r = share.First; r < share.End; r++)
            Normalize(y + (r * width), x + (r * width), weight, width, epsilon);
    }

    /// <summary>Gates this thread's share of <paramref name="count"/> elements.</summary>
    public static void SiluMultiplyShare(float* gate, float* up, long count)
    {
        WorkRange share = WorkPartition.Of((int)((count + Block - 1) / Block));
        for (long piece = share.First; piece < share.End; piece++)
            SiluMultiply(gate + (piece * Block), up + (piece * Block), (int)Math.Min(Block, count - (piece * Block)));
    }

    /// <summary>Computes target = weight · source / √(mean(source²) + ε) for one row [n].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(float* target, float* source, float* weight, int n, float epsilon)
    {
        // Σ x² in two chains of multiply-adds.
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

        // y = x · scale · weight
        float scale = 1 / MathF.Sqrt((sum / n) + epsilon);
        for (i = 0; i <= n - Body256.Lanes; i += Body256.Lanes)
            Body256.Store(Body256.Load(source + i) * scale * Body256.Load(weight + i), target + i);
        for (; i < n; i++)
            target[i] = source[i] * scale * weight[i];
    }

    /// <summary>Computes gate[i] = silu(gate[i]) · up[i] for i &lt; n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SiluMultiply(float* gate, float* up, int n)
    {
        int i = 0;
        for (; i <= n - Body256.Lanes; i += Body256.Lanes)
        {
            // 1 / (1 + e⁻ˣ) = eˣ / (1 + eˣ): the form whose exponent is not positive, so that it cannot overflow.
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

    /// <summary>Copies <paramref name="n"/> elements; both are the same row or do not overlap.</summary>
    public static void Copy<T>(T* target, T* source, int n)
        where T : unmanaged => new ReadOnlySpan<T>(source, n).CopyTo(new Span<T>(target, n));

    /// <summary>Computes target[i] = a · target[i] + b · source[i] in 32 bits, block by block, and rounds it to the stored type.</summary>
    public static void Blend<T>(T* target, T* source, float a, float b, int n)
        where T : unmanaged, ICacheElement<T>
    {
        float* left = stackalloc float[Block], right = stackalloc float[Block];
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(Block, n - i);
            Decode(left, target + i, count);
            Decode(right, source + i, count);
            var result = new Span<float>(left, count);
            TensorPrimitives.Multiply(result, a, result);
            TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(right, count), b, result, result);
            Encode(target + i, left, count);
        }
    }

    /// <summary>Rotates the pairs (left[i], right[i]) by the angles whose cosines and sines are given (RoPE).</summary>
    public static void Rotate(float* left, float* right, float* cos, float* sin, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> first = Vector.Load(left + i), second = Vector.Load(right + i);
            Vector<float> cosine = Vector.Load(cos + i), sine = Vector.Load(sin + i);
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

    /// <summary>Widens <paramref name="n"/> stored elements to 32-bit floats, eight at a time.</summary>
    public static void Decode<T>(float* target, T* source, int n)
        where T : unmanaged, IWeightElement => Decode<T, Vector256<float>, Body256>(target, source, n);

    /// <summary>Widens <paramref name="n"/> stored elements to 32-bit floats, in vectors of a given width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode<T, TVector, TBody>(float* target, T* source, int n)
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

    /// <summary>Rounds <paramref name="n"/> floats to stored elements.</summary>
    public static void Encode<T>(T* target, float* source, int n)
        where T : unmanaged, ICacheElement<T>
    {
        int i = 0;
        for (; i <= n - Body256.Lanes; i += Body256.Lanes)
            Body256.Encode(Body256.Load(source + i), target + i);
        for (; i < n; i++)
            target[i] = default(T).FromSingle(source[i]);
    }
}
