using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#windows-and-soft-caps
/// <summary>
/// Soft bounds of scores on the CPU: c · tanh(u), where tanh(u) = ±(1 − t) / (1 + t) with t = e^(−2·|u|), which is within a few 2⁻²⁴ · c.
/// </summary>
internal static unsafe class BoundedScores
{
    /// <summary>Replaces scores by cap · tanh(scale · score / cap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TVector, TBody>(float* scores, int count, float scale, float cap)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, j = 0;
        float factor = scale / cap;
        for (; j <= count - lanes; j += lanes)
            TBody.Store(Of<TVector, TBody>(TBody.Load(scores + j), factor, cap), scores + j);
        for (; j < count; j++)
            scores[j] = Of<float, BodyScalar>(scores[j], factor, cap);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Of<TVector, TBody>(TVector score, float factor, float cap)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        TVector one = TBody.Broadcast(1), minus = TBody.Broadcast(-1), u = TBody.Multiply(score, TBody.Broadcast(factor));
        TVector t = Exponential.Of<TVector, TBody>(TBody.Multiply(TBody.Max(u, TBody.Multiply(u, minus)), TBody.Broadcast(-2)));
        TVector bounded = TBody.Multiply(TBody.Broadcast(cap), TBody.Divide(TBody.MultiplyAdd(t, minus, one), TBody.Add(one, t)));
        // Twice the value less the value for u ≥ 0, and less the value alone for u < 0.
        return TBody.MultiplyAdd(bounded, minus, TBody.Multiply(TBody.Broadcast(2), TBody.ZeroBelow(default, u, bounded)));
    }
}
