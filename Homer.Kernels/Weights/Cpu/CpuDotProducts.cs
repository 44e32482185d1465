// Tour: docs/kernels.md#decode-fused-layers-and-gemv
using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>
/// On the CPU, dot products of a row of x with rows of weights as they are stored, one row after the other. Memory is read the faster the
/// more it looks like one long run, and it is prefetched, since the hardware prefetcher alone does not look far enough ahead.
/// </summary>
internal static unsafe class CpuDotProducts
{
    /// <summary>
    /// The distance, in bytes, at which weights are prefetched: what one core reads in about 200 ns. Half and twice the distance were
    /// slower.
    /// </summary>
    public const int Ahead = 8192;

    /// <summary>Bytes of a cache line.</summary>
    internal const int Line = 64;

    /// <summary>Multiplies a row of x with rows of w; a body of <see cref="CpuWeightRows"/>.</summary>
    // Four vectors of sums, so that multiply-adds do not wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T, TVector, TBody>(float* x, byte* w, BFloat16* scales, int k, int rows, float* sums)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes;
        T* row = (T*)w;
        for (int r = 0; r < rows; r++, row += k)
        {
            int p = 0;
            TVector a = default, b = default, c = default, d = default;
            for (; p <= k - (4 * lanes); p += 4 * lanes)
            {
                for (int line = 0; line < 4 * lanes * sizeof(T); line += Line)
                    CpuPrefetch.ToL1((byte*)(row + p) + Ahead + line);
                a = TBody.MultiplyAdd(TBody.Decode(row + p), TBody.Load(x + p), a);
                b = TBody.MultiplyAdd(TBody.Decode(row + p + lanes), TBody.Load(x + p + lanes), b);
                c = TBody.MultiplyAdd(TBody.Decode(row + p + (2 * lanes)), TBody.Load(x + p + (2 * lanes)), c);
                d = TBody.MultiplyAdd(TBody.Decode(row + p + (3 * lanes)), TBody.Load(x + p + (3 * lanes)), d);
            }

            for (; p <= k - lanes; p += lanes)
                a = TBody.MultiplyAdd(TBody.Decode(row + p), TBody.Load(x + p), a);
            float sum = TBody.Sum(TBody.Add(TBody.Add(a, b), TBody.Add(c, d)));
            for (; p < k; p++)
                sum += row[p].ToSingle() * x[p];
            sums[r] = sum;
        }
    }
}
