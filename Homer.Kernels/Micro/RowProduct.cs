using System.Runtime.CompilerServices;
using Homer.Kernels.Tensors;

namespace Homer.Kernels.Micro;

/// <summary>
/// On the CPU, dot products of a row of x with four rows of weights as they are stored: a piece of x is loaded once for four sums, whose latencies overlap.
/// </summary>
internal static unsafe class RowProduct
{
    private const int WeightRows = CpuRows.Together;

    /// <summary>A body of <see cref="CpuRows"/>. Where there are fewer rows of w, the last one stands in for those that are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourRows<T, TVector, TBody>(float* x, byte* w, BFloat16* scales, int k, int rows, float* sums)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, p = 0;
        long step = k;
        T* w0 = (T*)w, w1 = rows > 1 ? w0 + step : w0, w2 = rows > 2 ? w1 + step : w1, w3 = rows > 3 ? w2 + step : w2;
        TVector a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (; p <= k - (2 * lanes); p += 2 * lanes)
        {
            // The rows that follow: where rows are short, the processor does not foresee them.
            Rows.Prefetch(w0 + p + (WeightRows * step));
            Rows.Prefetch(w1 + p + (WeightRows * step));
            Rows.Prefetch(w2 + p + (WeightRows * step));
            Rows.Prefetch(w3 + p + (WeightRows * step));
            TVector even = TBody.Load(x + p), odd = TBody.Load(x + p + lanes);
            a0 = TBody.MultiplyAdd(TBody.Decode(w0 + p), even, a0);
            a1 = TBody.MultiplyAdd(TBody.Decode(w1 + p), even, a1);
            a2 = TBody.MultiplyAdd(TBody.Decode(w2 + p), even, a2);
            a3 = TBody.MultiplyAdd(TBody.Decode(w3 + p), even, a3);
            b0 = TBody.MultiplyAdd(TBody.Decode(w0 + p + lanes), odd, b0);
            b1 = TBody.MultiplyAdd(TBody.Decode(w1 + p + lanes), odd, b1);
            b2 = TBody.MultiplyAdd(TBody.Decode(w2 + p + lanes), odd, b2);
            b3 = TBody.MultiplyAdd(TBody.Decode(w3 + p + lanes), odd, b3);
        }

        float s0 = TBody.Sum(TBody.Add(a0, b0)), s1 = TBody.Sum(TBody.Add(a1, b1));
        float s2 = TBody.Sum(TBody.Add(a2, b2)), s3 = TBody.Sum(TBody.Add(a3, b3));
        for (; p < k; p++)
        {
            s0 += w0[p].ToSingle() * x[p];
            s1 += w1[p].ToSingle() * x[p];
            s2 += w2[p].ToSingle() * x[p];
            s3 += w3[p].ToSingle() * x[p];
        }

        (sums[0], sums[1], sums[2], sums[3]) = (s0, s1, s2, s3);
    }
}
