using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Measuring.Gpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Measuring;

/// <summary>
/// The least work that keeps a part of a device fully busy: its multipliers, or its path to memory. Only what comes out at the end is kept,
/// so that nothing is optimized away.
/// </summary>
[HasGpuBody(typeof(PeaksGpu))]
internal static unsafe class Peaks
{
    /// <summary>
    /// Chains of multiply-adds that do not wait for each other: more than latency (4 or 5 cycles) × units (2) of any processor there is,
    /// few enough to stay in the 16 registers of 256-bit vectors.
    /// </summary>
    public const int Chains = 12;

    /// <summary>chain = chain · factor + summand, <paramref name="rounds"/> times in each of <see cref="Chains"/> chains in every lane or thread.</summary>
    /// <returns>A sum over the chains.</returns>
    [IntrinsicImplementation]
    public static float MultiplyAdd(float factor, float summand, int rounds, int bits) => bits switch
    {
        512 => MultiplyAdd<Vector512<float>, Body512>(factor, summand, rounds),
        256 => MultiplyAdd<Vector256<float>, Body256>(factor, summand, rounds),
        128 => MultiplyAdd<Vector128<float>, Body128>(factor, summand, rounds),
        _ => MultiplyAdd<float, BodyScalar>(factor, summand, rounds),
    };

    /// <summary>Σ x[i] over <paramref name="n"/> elements.</summary>
    [IntrinsicImplementation]
    public static float Read(ArrayView<float> x, int n) => VectorBody.Bits switch
    {
        512 => Read<Vector512<float>, Body512>(RowMath.Pointer(x), n),
        256 => Read<Vector256<float>, Body256>(RowMath.Pointer(x), n),
        128 => Read<Vector128<float>, Body128>(RowMath.Pointer(x), n),
        _ => Read<float, BodyScalar>(RowMath.Pointer(x), n),
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
