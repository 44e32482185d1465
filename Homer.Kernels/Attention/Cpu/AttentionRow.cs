using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#attention-on-the-cpu
/// <summary>
/// Attention of one query to <c>count</c> keys on the CPU: output = Σ softmax(scale · query·keyⱼ)ⱼ · valueⱼ; query and output [d], keys and
/// values [count, d].
/// </summary>
/// <remarks>
/// <code>
/// 1. scores[j] = scale · query·keyⱼ                    four keys at a time
/// 2. scores[j] = exp(scores[j] − max), sum of them
/// 3. output    = Σ scores[j] · valueⱼ / sum            block by block of values; in a block, two vectors of elements over all of it
/// </code>
/// </remarks>
internal static unsafe class AttentionRow
{
    // A block of values stays in L1 while each of its elements is summed for itself, and the next block is prefetched.
    private const int BlockBytes = 16384;

    /// <summary>Returns the number of values of a block.</summary>
    public static int Block<T>(int d)
        where T : unmanaged => Math.Max(2, BlockBytes / (d * sizeof(T)) & -2);

    /// <summary>Computes the attention of one query.</summary>
    internal static void Attend<T, TVector, TBody>(float* output, float* query, T* keys, T* values, int count, int d, float scale)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        float* row = ThreadScratch.Take(count);
        Scores<T, TVector, TBody>(query, keys, row, count, d, scale);
        float sum = Exponentials<TVector, TBody>(row, count);
        WeightedSum<T, TVector, TBody>(row, values, output, count, d, 1 / sum);
    }

    /// <summary>Computes scores[j] = scale · query·keyⱼ with vectors of the width that the CPU has.</summary>
    internal static void Scores<T>(float* query, T* keys, float* scores, int count, int d, float scale)
        where T : unmanaged, IWeightElement
    {
        switch (VectorWidth.Bits)
        {
            case 512: Scores<T, Vector512<float>, Body512>(query, keys, scores, count, d, scale); break;
            case 256: Scores<T, Vector256<float>, Body256>(query, keys, scores, count, d, scale); break;
            case 128: Scores<T, Vector128<float>, Body128>(query, keys, scores, count, d, scale); break;
            default: Scores<T, float, BodyScalar>(query, keys, scores, count, d, scale); break;
        }
    }

    /// <summary>Computes scores[j] = scale · query·keyⱼ with vectors of one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Scores<T, TVector, TBody>(float* query, T* keys, float* scores, int count, int d, float scale)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, j = 0;
        for (; j <= count - 4; j += 4)
        {
            T* k0 = keys + ((long)j * d), k1 = k0 + d, k2 = k1 + d, k3 = k2 + d;
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            int i = 0;
            for (; i <= d - lanes; i += lanes)
            {
                // The four rows lie one after another: prefetch in that order.
                for (int line = 0; line < 4 * lanes * sizeof(T); line += CpuDotProducts.Line)
                    CpuPrefetch.ToL1((byte*)(k0 + (4L * i)) + CpuDotProducts.Ahead + line);
                TVector q = TBody.Load(query + i);
                s0 = TBody.MultiplyAdd(q, TBody.Decode(k0 + i), s0);
                s1 = TBody.MultiplyAdd(q, TBody.Decode(k1 + i), s1);
                s2 = TBody.MultiplyAdd(q, TBody.Decode(k2 + i), s2);
                s3 = TBody.MultiplyAdd(q, TBody.Decode(k3 + i), s3);
            }

            float t0 = TBody.Sum(s0), t1 = TBody.Sum(s1), t2 = TBody.Sum(s2), t3 = TBody.Sum(s3);
            for (; i < d; i++)
            {
                t0 += query[i] * k0[i].ToSingle();
                t1 += query[i] * k1[i].ToSingle();
                t2 += query[i] * k2[i].ToSingle();
                t3 += query[i] * k3[i].ToSingle();
            }

            scores[j] = t0 * scale;
            scores[j + 1] = t1 * scale;
            scores[j + 2] = t2 * scale;
            scores[j + 3] = t3 * scale;
        }

        for (; j < count; j++)
        {
            T* key = keys + ((long)j * d);
            TVector sum = default;
            int i = 0;
            for (; i <= d - lanes; i += lanes)
                sum = TBody.MultiplyAdd(TBody.Load(query + i), TBody.Decode(key + i), sum);
            float total = TBody.Sum(sum);
            for (; i < d; i++)
                total += query[i] * key[i].ToSingle();
            scores[j] = total * scale;
        }
    }

    /// <summary>Replaces scores by exp(score − max), and returns their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Exponentials<TVector, TBody>(float* scores, int count)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, j = 0;
        TVector largest = TBody.Broadcast(float.NegativeInfinity), total = default;
        for (; j <= count - lanes; j += lanes)
            largest = TBody.Max(largest, TBody.Load(scores + j));
        float max = TBody.MaxAcross(largest);
        for (; j < count; j++)
            max = MathF.Max(max, scores[j]);
        TVector minusMax = TBody.Broadcast(-max);
        for (j = 0; j <= count - lanes; j += lanes)
        {
            TVector weight = Exponential.Of<TVector, TBody>(TBody.Add(TBody.Load(scores + j), minusMax));
            TBody.Store(weight, scores + j);
            total = TBody.Add(total, weight);
        }

        float sum = TBody.Sum(total);
        for (; j < count; j++)
        {
            scores[j] = Exponential.Of<float, BodyScalar>(scores[j] - max);
            sum += scores[j];
        }

        return sum;
    }

    /// <summary>Computes output = scale · Σ weights[j] · valueⱼ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void WeightedSum<T, TVector, TBody>(float* weights, T* values, float* output, int count, int d, float scale)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, whole = d / (2 * lanes) * 2 * lanes, block = Block<T>(d);
        for (int start = 0; start < count; start += block)
        {
            int end = Math.Min(start + block, count);
            TVector factor = TBody.Broadcast(end == count ? scale : 1);
            for (int i = 0; i < whole; i += 2 * lanes)
            {
                // Even and odd keys are summed apart: two chains of additions hide each other's latency.
                TVector a0 = start > 0 ? TBody.Load(output + i) : default, a1 = start > 0 ? TBody.Load(output + i + lanes) : default;
                TVector b0 = default, b1 = default;
                T* value = values + ((long)start * d) + i;
                int j = start;
                for (; j <= end - 2; j += 2, value += 2L * d)
                {
                    // Prefetch these elements of the next block.
                    CpuPrefetch.ToL1(value + (block * d));
                    CpuPrefetch.ToL1(value + (block * d) + d);
                    TVector even = TBody.Broadcast(weights[j]), odd = TBody.Broadcast(weights[j + 1]);
                    a0 = TBody.MultiplyAdd(even, TBody.Decode(value), a0);
                    a1 = TBody.MultiplyAdd(even, TBody.Decode(value + lanes), a1);
                    b0 = TBody.MultiplyAdd(odd, TBody.Decode(value + d), b0);
                    b1 = TBody.MultiplyAdd(odd, TBody.Decode(value + d + lanes), b1);
                }

                if (j < end)
                {
                    a0 = TBody.MultiplyAdd(TBody.Broadcast(weights[j]), TBody.Decode(value), a0);
                    a1 = TBody.MultiplyAdd(TBody.Broadcast(weights[j]), TBody.Decode(value + lanes), a1);
                }

                TBody.Store(TBody.Multiply(TBody.Add(a0, b0), factor), output + i);
                TBody.Store(TBody.Multiply(TBody.Add(a1, b1), factor), output + i + lanes);
            }
        }

        WeightedElements(weights, values, output, count, d, scale, whole);
    }

    /// <summary>Computes the elements of the weighted sum from <paramref name="first"/> on, which fill no vector, one by one.</summary>
    internal static void WeightedElements<T>(float* weights, T* values, float* output, int count, int d, float scale, int first)
        where T : unmanaged, IWeightElement
    {
        for (int i = first; i < d; i++)
        {
            float sum = 0;
            for (int j = 0; j < count; j++)
                sum += weights[j] * values[((long)j * d) + i].ToSingle();
            output[i] = sum * scale;
        }
    }
}
