using System.Numerics;

namespace Homer.Kernels.Rows.Cpu;

// Tour: docs/kernels.md#tokenselection
/// <summary>The bodies of <see cref="Ranks"/> for one CPU thread with wide vectors.</summary>
internal static unsafe class RanksCpu
{
    /// <summary>
    /// Counts the elements of [first, end) that are ranked before element i: those before it in the row win ties, those after it lose them.
    /// </summary>
    public static int Of(float* pooled, float* own, int first, int end, int i)
    {
        int middle = Math.Max(first, Math.Min(i, end));
        (float Pooled, float Own) scores = (pooled[i], own[i]);
        return Count(pooled, own, first, middle, scores, winTies: true) + Count(pooled, own, middle, end, scores, winTies: false);
    }

    /// <summary>Counts the values below a limit.</summary>
    public static int CountBelow(int* values, int n, int limit)
    {
        int j = 0, count;
        Vector<int> counts = default, limits = new(limit);
        for (; j <= n - Vector<int>.Count; j += Vector<int>.Count)
            counts -= Vector.LessThan(Vector.Load(values + j), limits);
        for (count = Vector.Sum(counts); j < n; j++)
            count += values[j] < limit ? 1 : 0;
        return count;
    }

    private static int Count(float* pooled, float* own, int first, int end, (float Pooled, float Own) other, bool winTies)
    {
        int j = first, count;
        Vector<int> counts = default;
        Vector<float> otherPooled = new(other.Pooled), otherOwn = new(other.Own);
        for (; j <= end - Vector<float>.Count; j += Vector<float>.Count)
        {
            Vector<float> p = Vector.Load(pooled + j), s = Vector.Load(own + j);
            Vector<int> higher = winTies ? Vector.GreaterThanOrEqual(s, otherOwn) : Vector.GreaterThan(s, otherOwn);
            // A comparison is −1 in the lanes where it holds.
            counts -= Vector.GreaterThan(p, otherPooled) | (Vector.Equals(p, otherPooled) & higher);
        }

        for (count = Vector.Sum(counts); j < end; j++)
            count += Ranks.IsBefore(pooled[j], own[j], other.Pooled, other.Own, winTies) ? 1 : 0;
        return count;
    }
}
