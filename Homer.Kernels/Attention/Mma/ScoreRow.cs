using Homer.Kernels.TensorCores;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// Softmax over a thread's share of 16 × 64 scores: those of query g (row 0) and of query g + 8 (row 1), at keys c and c + 1 of each 8.
/// Results are of the thread's own scores; the other three threads of the quad have the rest of these rows (see <see cref="AcrossQuad"/>).
/// </summary>
internal static class ScoreRow
{
    /// <summary>Replaces the scores of keys that a query does not see by −∞.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="last">The last key that row 0 sees, counted from the thread's first; row 1 sees 8 more.</param>
    public static SumRow Mask(SumRow scores, int last) => new()
    {
        N0 = Mask(scores.N0, last),
        N1 = Mask(scores.N1, last - 8),
        N2 = Mask(scores.N2, last - 16),
        N3 = Mask(scores.N3, last - 24),
        N4 = Mask(scores.N4, last - 32),
        N5 = Mask(scores.N5, last - 40),
        N6 = Mask(scores.N6, last - 48),
        N7 = Mask(scores.N7, last - 56),
    };

    /// <summary>Returns the largest score of row 0.</summary>
    public static float Max0(SumRow row) =>
        XMath.Max(
            XMath.Max(XMath.Max(Max0(row.N0), Max0(row.N1)), XMath.Max(Max0(row.N2), Max0(row.N3))),
            XMath.Max(XMath.Max(Max0(row.N4), Max0(row.N5)), XMath.Max(Max0(row.N6), Max0(row.N7))));

    /// <summary>Returns the largest score of row 1.</summary>
    public static float Max1(SumRow row) =>
        XMath.Max(
            XMath.Max(XMath.Max(Max1(row.N0), Max1(row.N1)), XMath.Max(Max1(row.N2), Max1(row.N3))),
            XMath.Max(XMath.Max(Max1(row.N4), Max1(row.N5)), XMath.Max(Max1(row.N6), Max1(row.N7))));

    /// <summary>Returns the sum of row 0.</summary>
    public static float Sum0(SumRow row) =>
        Sum0(row.N0) + Sum0(row.N1) + (Sum0(row.N2) + Sum0(row.N3)) + (Sum0(row.N4) + Sum0(row.N5) + (Sum0(row.N6) + Sum0(row.N7)));

    /// <summary>Returns the sum of row 1.</summary>
    public static float Sum1(SumRow row) =>
        Sum1(row.N0) + Sum1(row.N1) + (Sum1(row.N2) + Sum1(row.N3)) + (Sum1(row.N4) + Sum1(row.N5) + (Sum1(row.N6) + Sum1(row.N7)));

    /// <summary>Returns 2^(scale · score − largest), with a largest exponent for each of the two rows.</summary>
    public static SumRow Powers(SumRow scores, float scale, float largest0, float largest1) => new()
    {
        N0 = Powers(scores.N0, scale, largest0, largest1),
        N1 = Powers(scores.N1, scale, largest0, largest1),
        N2 = Powers(scores.N2, scale, largest0, largest1),
        N3 = Powers(scores.N3, scale, largest0, largest1),
        N4 = Powers(scores.N4, scale, largest0, largest1),
        N5 = Powers(scores.N5, scale, largest0, largest1),
        N6 = Powers(scores.N6, scale, largest0, largest1),
        N7 = Powers(scores.N7, scale, largest0, largest1),
    };

    private static Sums Mask(Sums sums, int last) => new()
    {
        S0 = TensorInstructions.Visible(last, 0, sums.S0),
        S1 = TensorInstructions.Visible(last, 1, sums.S1),
        S2 = TensorInstructions.Visible(last, -8, sums.S2),
        S3 = TensorInstructions.Visible(last, -7, sums.S3),
    };

    private static float Max0(Sums sums) => XMath.Max(sums.S0, sums.S1);

    private static float Max1(Sums sums) => XMath.Max(sums.S2, sums.S3);

    private static float Sum0(Sums sums) => sums.S0 + sums.S1;

    private static float Sum1(Sums sums) => sums.S2 + sums.S3;

    private static Sums Powers(Sums scores, float scale, float largest0, float largest1) => new()
    {
        S0 = TensorInstructions.Exp2((scores.S0 * scale) - largest0),
        S1 = TensorInstructions.Exp2((scores.S1 * scale) - largest0),
        S2 = TensorInstructions.Exp2((scores.S2 * scale) - largest1),
        S3 = TensorInstructions.Exp2((scores.S3 * scale) - largest1),
    };
}
