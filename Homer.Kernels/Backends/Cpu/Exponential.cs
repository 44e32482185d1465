using System.Runtime.CompilerServices;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// Computes eˣ in vectors of any width, in 13 operations and to two units in the last place: x = n·ln 2 + r with |r| ≤ ½·ln 2, so that
/// eˣ = 2ⁿ·eʳ, where eʳ is 1 + r + r²·(a polynomial of degree 4 through (eʳ − 1 − r) / r² at five Chebyshev nodes).
/// </summary>
internal static class Exponential
{
    /// <summary>The limit below which eˣ counts as 0: it is less than 2·10⁻³⁸ there, and 2ⁿ would not be a normal number.</summary>
    public const float Least = -86.9f;

    // Added to a float, it leaves the nearest integer in the last bits of the sum.
    private const float Rounding = 3 << 22;
    private const float Log2OfE = 1.44269504f;

    // ln 2 in two parts, the first short enough for n times it to be exact.
    private const float Log2High = 0.693359375f;
    private const float Log2Low = -2.12194440e-4f;

    /// <summary>Returns eˣ for x ≤ 0, which is all that softmax and SiLU need; NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TVector, TBody>(TVector x)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        // n = x / ln 2, rounded
        TVector rounded = TBody.MultiplyAdd(x, TBody.Broadcast(Log2OfE), TBody.Broadcast(Rounding));
        TVector n = TBody.Add(rounded, TBody.Broadcast(-Rounding));

        // r = x − n·ln 2, with ln 2 in two parts
        TVector r = TBody.MultiplyAdd(n, TBody.Broadcast(-Log2Low), TBody.MultiplyAdd(n, TBody.Broadcast(-Log2High), x));

        // eʳ by Horner's scheme
        TVector p = TBody.MultiplyAdd(TBody.Broadcast(0.0013926184f), r, TBody.Broadcast(0.008363179f));
        p = TBody.MultiplyAdd(p, r, TBody.Broadcast(0.041666556f));
        p = TBody.MultiplyAdd(p, r, TBody.Broadcast(0.16666576f));
        p = TBody.MultiplyAdd(p, r, TBody.Broadcast(0.5f));
        TVector one = TBody.Broadcast(1);
        p = TBody.Add(TBody.MultiplyAdd(TBody.Multiply(r, r), p, r), one);
        return TBody.ZeroBelow(TBody.Broadcast(Least), x, TBody.TimesPowerOfTwo(p, rounded));
    }
}
