using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#attention-on-the-cpu
/// <summary>
/// Attention on the CPU of up to four queries of one token whose heads share a key head; see <see cref="AttentionRow"/>. Every key and
/// value is loaded and widened once for all of them. Queries and output [queries, d], keys and values [count, d].
/// </summary>
internal static unsafe class GroupedAttentionRow
{
    /// <summary>The most queries at a time. Where there are fewer, the last one stands in for the missing ones.</summary>
    public const int Most = 4;

    /// <summary>Computes the attention of up to four queries.</summary>
    internal static void Attend<T, TVector, TBody>(float* output, float* query, T* keys, T* values, int queries, int count, int d)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        float* scores = ThreadScratch.Take(Most * count), factors = stackalloc float[Most];
        Scores<T, TVector, TBody>(query, queries, keys, scores, count, d, 1 / MathF.Sqrt(d));
        for (int i = 0; i < queries; i++)
            factors[i] = 1 / AttentionRow.Exponentials<TVector, TBody>(scores + ((long)i * count), count);
        WeightedSums<T, TVector, TBody>(scores, queries, values, output, count, d, factors);
    }

    /// <summary>Computes scores[i, j] = scale · queryᵢ·keyⱼ, [4, count].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores<T, TVector, TBody>(float* query, int queries, T* keys, float* scores, int count, int d, float scale)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes;
        float* q1 = queries > 1 ? query + d : query;
        float* q2 = queries > 2 ? q1 + d : q1;
        float* q3 = queries > 3 ? q2 + d : q2;
        float* scores1 = scores + count, scores2 = scores1 + count, scores3 = scores2 + count;
        for (int j = 0; j < count; j++, keys += d)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            int i = 0;
            for (; i <= d - lanes; i += lanes)
            {
                CpuPrefetch.ToL1((byte*)(keys + i) + CpuDotProducts.Ahead);
                TVector key = TBody.Decode(keys + i);
                s0 = TBody.MultiplyAdd(TBody.Load(query + i), key, s0);
                s1 = TBody.MultiplyAdd(TBody.Load(q1 + i), key, s1);
                s2 = TBody.MultiplyAdd(TBody.Load(q2 + i), key, s2);
                s3 = TBody.MultiplyAdd(TBody.Load(q3 + i), key, s3);
            }

            Vector128<float> sums = TBody.Sums(s0, s1, s2, s3);
            for (; i < d; i++)
                sums += Vector128.Create(query[i], q1[i], q2[i], q3[i]) * keys[i].ToSingle();
            sums *= scale;
            scores[j] = sums[0];
            scores1[j] = sums[1];
            scores2[j] = sums[2];
            scores3[j] = sums[3];
        }
    }

    /// <summary>
    /// Computes outputᵢ = factors[i] · Σ weights[i, j] · valueⱼ. Each element of a block of values is summed for itself while the block is
    /// in L1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightedSums<T, TVector, TBody>(
        float* weights, int queries, T* values, float* output, int count, int d, float* factors)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, whole = d / lanes * lanes, block = AttentionRow.Block<T>(d);
        float* weights1 = queries > 1 ? weights + count : weights;
        float* weights2 = queries > 2 ? weights1 + count : weights1;
        float* weights3 = queries > 3 ? weights2 + count : weights2;
        float* output1 = queries > 1 ? output + d : output;
        float* output2 = queries > 2 ? output1 + d : output1;
        float* output3 = queries > 3 ? output2 + d : output2;
        new Span<float>(output, queries * d).Clear();
        for (int start = 0; start < count; start += block)
        {
            int end = Math.Min(start + block, count);
            for (int i = 0; i < whole; i += lanes)
            {
                TVector s0 = TBody.Load(output + i), s1 = TBody.Load(output1 + i);
                TVector s2 = TBody.Load(output2 + i), s3 = TBody.Load(output3 + i);
                T* value = values + ((long)start * d) + i;
                for (int j = start; j < end; j++, value += d)
                {
                    // Prefetch this element of the next block.
                    CpuPrefetch.ToL1(value + (block * d));
                    TVector v = TBody.Decode(value);
                    s0 = TBody.MultiplyAdd(TBody.Broadcast(weights[j]), v, s0);
                    s1 = TBody.MultiplyAdd(TBody.Broadcast(weights1[j]), v, s1);
                    s2 = TBody.MultiplyAdd(TBody.Broadcast(weights2[j]), v, s2);
                    s3 = TBody.MultiplyAdd(TBody.Broadcast(weights3[j]), v, s3);
                }

                TBody.Store(s0, output + i);
                TBody.Store(s1, output1 + i);
                TBody.Store(s2, output2 + i);
                TBody.Store(s3, output3 + i);
            }
        }

        for (int h = 0; h < queries; h++, output += d, weights += count)
        {
            for (int i = 0; i < whole; i++)
                output[i] *= factors[h];
            AttentionRow.WeightedElements(weights, values, output, count, d, factors[h], whole);
        }
    }
}
