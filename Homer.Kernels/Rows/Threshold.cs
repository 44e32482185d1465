using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Rows;

/// <summary>Finds the smallest set of largest values that is large enough, without sorting: by halving the range its least member can be in.</summary>
internal static class Threshold
{
    /// <summary>
    /// The largest threshold that at least <paramref name="count"/> values reach, whose sum is at least <paramref name="sum"/>; equal
    /// values reach it together. All threads of the group call it alike, and it takes at most 32 passes over the values.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="n">How many there are.</param>
    /// <param name="count">The fewest values.</param>
    /// <param name="sum">Their least sum; −∞ for none, otherwise the values are ≥ 0.</param>
    /// <param name="lowest">The result if there are too few values.</param>
    /// <param name="highest">The largest value.</param>
    public static float Largest(ArrayView<float> values, int n, int count, float sum, float lowest, float highest)
    {
        // Enough values reach low, too few reach high.
        int low = OrderedBits.Of(lowest), high = OrderedBits.Of(highest) + 1;
        int reachLow = n, reachHigh = 0;
        do
        {
            // Their mean rounded down; low + high could overflow, and ILGPU 1.5.3 takes half of a uint by a signed shift.
            int middle = (low & high) + ((low ^ high) >> 1);
            Tally tally = Reductions.AtLeast(values, n, OrderedBits.ToFloat(middle));
            if (tally.Count >= count && tally.Sum >= sum)
            {
                low = middle;
                reachLow = tally.Count;
            }
            else
            {
                high = middle;
                reachHigh = tally.Count;
            }
        }
        // With one value left between the two, every threshold between them selects the same values. The first pass may be one too many, but
        // a loop that is never entered is an if around its barriers, which PoCL 6 gets wrong.
        while ((uint)(high - low) > 1 && reachLow - reachHigh > 1);

        return OrderedBits.ToFloat(low);
    }
}
