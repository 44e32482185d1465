using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>
/// Top-k and top-p without sorting: finds the threshold of the smallest set of largest values that is large enough, by bisection.
/// </summary>
internal static class ThresholdSearch
{
    /// <summary>
    /// Returns the largest threshold that at least <paramref name="count"/> values reach whose sum is at least <paramref name="sum"/>;
    /// equal
    /// values reach it together. All threads of the group call it alike. It takes at most 32 passes over the values.
    /// </summary>
    /// <param name="values">The values [n].</param>
    /// <param name="n">The number of values.</param>
    /// <param name="count">The fewest values.</param>
    /// <param name="sum">Their least sum; −∞ for none, in which case values may be negative.</param>
    /// <param name="lowest">The result if there are too few values.</param>
    /// <param name="highest">The largest value.</param>
    public static float Largest(ArrayView<float> values, int n, int count, float sum, float lowest, float highest)
    {
        // Enough values reach low, too few reach high.
        int low = OrderedBits.Of(lowest), high = OrderedBits.Of(highest) + 1;
        int reachLow = n, reachHigh = 0;
        do
        {
            // Their mean rounded down; low + high could overflow, and ILGPU 1.5.3 halves a uint by a signed shift.
            int middle = (low & high) + ((low ^ high) >> 1);
            CountAndSum reached = Reductions.AtLeast(values, n, OrderedBits.ToFloat(middle));
            if (reached.Count >= count && reached.Sum >= sum)
            {
                low = middle;
                reachLow = reached.Count;
            }
            else
            {
                high = middle;
                reachHigh = reached.Count;
            }
        }
        // With one value left between the two, every threshold between them selects the same values. The first pass may be unnecessary, but
        // a loop that may not be entered is an if around its barriers, which PoCL 6 gets wrong.
        while ((uint)(high - low) > 1 && reachLow - reachHigh > 1);

        return OrderedBits.ToFloat(low);
    }
}
