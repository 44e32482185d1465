using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>
/// On the CPU, dot products of a row of x with rows of weights as they are stored, one row after the other: memory is read the faster the more it looks like one long
/// run, and asked for ahead, since the processor alone does not look far enough.
/// </summary>
internal static unsafe class CpuDotProducts
{
    /// <summary>How far ahead weights are asked for, in bytes: what one core reads in about 200 ns. Half and twice as far were slower.</summary>
    public const int Ahead = 8192;

    internal const int Line = 64;

    /// <summary>A body of <see cref="CpuWeightRows"/>.</summary>
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
