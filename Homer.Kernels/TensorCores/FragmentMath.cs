// Tour: docs/kernels.md#tensorproduct
namespace Homer.Kernels.TensorCores;

/// <summary>Arithmetic on whole fragments, by all threads of a warp together.</summary>
internal static class FragmentMath
{
    /// <summary>Returns sums + x·wᵀ of a 16 × 16 tile of x and a 16 × 64 tile of wᵀ: eight mma.</summary>
    public static SumRow MultiplyAdd<T>(T element, SumRow sums, Registers x, WeightFragments w)
        where T : unmanaged, ITensorElement => new()
        {
            N0 = element.MultiplyAdd(sums.N0, x, w.N01.R0, w.N01.R1),
            N1 = element.MultiplyAdd(sums.N1, x, w.N01.R2, w.N01.R3),
            N2 = element.MultiplyAdd(sums.N2, x, w.N23.R0, w.N23.R1),
            N3 = element.MultiplyAdd(sums.N3, x, w.N23.R2, w.N23.R3),
            N4 = element.MultiplyAdd(sums.N4, x, w.N45.R0, w.N45.R1),
            N5 = element.MultiplyAdd(sums.N5, x, w.N45.R2, w.N45.R3),
            N6 = element.MultiplyAdd(sums.N6, x, w.N67.R0, w.N67.R1),
            N7 = element.MultiplyAdd(sums.N7, x, w.N67.R2, w.N67.R3),
        };

    /// <summary>Rounds a thread's share of a 16 × 16 tile.</summary>
    public static Registers Round<T>(T element, Pairs x)
        where T : unmanaged, ITensorElement => new()
        {
            R0 = element.Round(x.P0),
            R1 = element.Round(x.P1),
            R2 = element.Round(x.P2),
            R3 = element.Round(x.P3),
        };

    /// <summary>Returns the exact difference between a tile and its rounding.</summary>
    public static Pairs Remainder<T>(T element, Pairs x, Registers rounded)
        where T : unmanaged, ITensorElement => new()
        {
            P0 = element.Remainder(x.P0, rounded.R0),
            P1 = element.Remainder(x.P1, rounded.R1),
            P2 = element.Remainder(x.P2, rounded.R2),
            P3 = element.Remainder(x.P3, rounded.R3),
        };

    /// <summary>
    /// Returns two 16 × 8 tiles of sums as the 16 × 16 tile of factors that they make up side by side. A thread holds the same elements
    /// of both.
    /// </summary>
    public static Pairs AsFactors(Sums left, Sums right) => new()
    {
        P0 = new() { Low = left.S0, High = left.S1 },
        P1 = new() { Low = left.S2, High = left.S3 },
        P2 = new() { Low = right.S0, High = right.S1 },
        P3 = new() { Low = right.S2, High = right.S3 },
    };

    /// <summary>Multiplies a thread's first row and its second, 8 rows below, by a factor each.</summary>
    public static SumRow Scale(SumRow sums, float first, float second) => new()
    {
        N0 = Scale(sums.N0, first, second),
        N1 = Scale(sums.N1, first, second),
        N2 = Scale(sums.N2, first, second),
        N3 = Scale(sums.N3, first, second),
        N4 = Scale(sums.N4, first, second),
        N5 = Scale(sums.N5, first, second),
        N6 = Scale(sums.N6, first, second),
        N7 = Scale(sums.N7, first, second),
    };

    /// <summary>Returns −1 where a &lt; b, else 0: the sign of their difference. ILGPU would compile a condition to a branch.</summary>
    public static int IsLess(int a, int b) => (a - b) >> 31;

    private static Sums Scale(Sums sums, float first, float second) =>
        new() { S0 = sums.S0 * first, S1 = sums.S1 * first, S2 = sums.S2 * second, S3 = sums.S3 * second };
}
