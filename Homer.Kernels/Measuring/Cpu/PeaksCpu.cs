using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;

namespace Homer.Kernels.Measuring.Cpu;

// Tour: docs/kernels.md#ceilings
/// <summary>The bodies of <see cref="Peaks"/> for one CPU thread, in vectors of any width.</summary>
internal static unsafe class PeaksCpu
{
    /// <summary>Runs the chains in vectors of <paramref name="bits"/> bits.</summary>
    public static float MultiplyAdd(float factor, float summand, int rounds, int bits) => bits switch
    {
        512 => MultiplyAdd<Vector512<float>, Body512>(factor, summand, rounds),
        256 => MultiplyAdd<Vector256<float>, Body256>(factor, summand, rounds),
        128 => MultiplyAdd<Vector128<float>, Body128>(factor, summand, rounds),
        _ => MultiplyAdd<float, BodyScalar>(factor, summand, rounds),
    };

    /// <summary>Sums the elements, eight vectors at a time.</summary>
    public static float Read(float* x, int n) => VectorWidth.Bits switch
    {
        512 => Read<Vector512<float>, Body512>(x, n),
        256 => Read<Vector256<float>, Body256>(x, n),
        128 => Read<Vector128<float>, Body128>(x, n),
        _ => Read<float, BodyScalar>(x, n),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdd<TVector, TBody>(float factor, float summand, int rounds)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        TVector a = TBody.Broadcast(factor), b = TBody.Broadcast(summand);
        TVector s0 = a, s1 = b, s2 = a, s3 = b, s4 = a, s5 = b, s6 = a, s7 = b, s8 = a, s9 = b, s10 = a, s11 = b;
        for (int i = 0; i < rounds; i++)
        {
            s0 = TBody.MultiplyAdd(s0, a, b);
            s1 = TBody.MultiplyAdd(s1, a, b);
            s2 = TBody.MultiplyAdd(s2, a, b);
            s3 = TBody.MultiplyAdd(s3, a, b);
            s4 = TBody.MultiplyAdd(s4, a, b);
            s5 = TBody.MultiplyAdd(s5, a, b);
            s6 = TBody.MultiplyAdd(s6, a, b);
            s7 = TBody.MultiplyAdd(s7, a, b);
            s8 = TBody.MultiplyAdd(s8, a, b);
            s9 = TBody.MultiplyAdd(s9, a, b);
            s10 = TBody.MultiplyAdd(s10, a, b);
            s11 = TBody.MultiplyAdd(s11, a, b);
        }

        s0 = TBody.Add(TBody.Add(TBody.Add(s0, s1), TBody.Add(s2, s3)), TBody.Add(TBody.Add(s4, s5), TBody.Add(s6, s7)));
        return TBody.Sum(TBody.Add(s0, TBody.Add(TBody.Add(s8, s9), TBody.Add(s10, s11))));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Read<TVector, TBody>(float* x, int n)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, i = 0;
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (; i <= n - (8 * lanes); i += 8 * lanes)
        {
            s0 = TBody.Add(s0, TBody.Load(x + i));
            s1 = TBody.Add(s1, TBody.Load(x + i + lanes));
            s2 = TBody.Add(s2, TBody.Load(x + i + (2 * lanes)));
            s3 = TBody.Add(s3, TBody.Load(x + i + (3 * lanes)));
            s4 = TBody.Add(s4, TBody.Load(x + i + (4 * lanes)));
            s5 = TBody.Add(s5, TBody.Load(x + i + (5 * lanes)));
            s6 = TBody.Add(s6, TBody.Load(x + i + (6 * lanes)));
            s7 = TBody.Add(s7, TBody.Load(x + i + (7 * lanes)));
        }

        float sum = TBody.Sum(TBody.Add(TBody.Add(TBody.Add(s0, s1), TBody.Add(s2, s3)), TBody.Add(TBody.Add(s4, s5), TBody.Add(s6, s7))));
        for (; i < n; i++)
            sum += x[i];
        return sum;
    }
}
