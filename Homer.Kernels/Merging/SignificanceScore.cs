using ILGPU.Algorithms;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#significance
/// <summary>The maths of <see cref="Significance"/> that follows the products, for all its bodies.</summary>
internal static class SignificanceScore
{
    /// <summary>Returns how far a token is before the last one, within the distances of the calibration.</summary>
    public static int Distance(int last, int position, int distances) => XMath.Clamp(last - position, 0, distances - 1);

    /// <summary>Returns a token's score.</summary>
    /// <param name="largest">The token's largest logit over the heads.</param>
    /// <param name="bias">The usual logit at its distance.</param>
    /// <param name="scale">The usual deviation from the bias.</param>
    /// <param name="before">The token's score so far.</param>
    /// <param name="accumulate">Not 0 to keep the larger of both scores.</param>
    public static float Of(float largest, float bias, float scale, float before, int accumulate)
    {
        float score = (largest - bias) / scale;
        // NaN would leave tokens without an order.
        if (!(score >= float.NegativeInfinity))
            score = float.NegativeInfinity;
        return accumulate != 0 ? XMath.Max(before, score) : score;
    }
}
