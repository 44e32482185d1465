using System.Numerics;

namespace Homer.Kernels.Rows.Cpu;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>The bodies of <see cref="Reductions"/> for one CPU thread with wide vectors.</summary>
internal static unsafe class ReductionsCpu
{
    // Short enough for 32-bit sums to stay exact to a few units in the last place; blocks are summed in 64 bits.
    private const int Block = 4096;

    /// <summary>Returns the first index of the largest value; 0 if all values are −∞ or NaN.</summary>
    public static int ArgMax(float* values, int n)
    {
        float max = Max(values, n);
        return max > float.NegativeInfinity ? new ReadOnlySpan<float>(values, n).IndexOf(max) : 0;
    }

    /// <summary>Counts and sums the values that are at least a threshold, block by block.</summary>
    public static CountAndSum AtLeast(float* values, int n, float threshold)
    {
        int count = 0;
        double sum = 0;
        for (int i = 0; i < n; i += Block)
        {
            CountAndSum block = AtLeastOfBlock(values + i, Math.Min(Block, n - i), threshold);
            count += block.Count;
            sum += block.Sum;
        }

        return new() { Count = count, Sum = (float)sum };
    }

    /// <summary>Counts and sums the values of one block, whose sum is kept in 32 bits.</summary>
    public static CountAndSum AtLeastOfBlock(float* values, int n, float threshold)
    {
        int width = Vector<float>.Count, i = 0;
        var limit = new Vector<float>(threshold);
        Vector<int> c0 = default, c1 = default;
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; i <= n - (4 * width); i += 4 * width)
        {
            Add(values + i, limit, ref c0, ref s0);
            Add(values + i + width, limit, ref c1, ref s1);
            Add(values + i + (2 * width), limit, ref c0, ref s2);
            Add(values + i + (3 * width), limit, ref c1, ref s3);
        }

        var result = new CountAndSum { Count = Vector.Sum(c0 + c1), Sum = Vector.Sum(s0 + s1 + (s2 + s3)) };
        for (; i < n; i++)
        {
            if (values[i] >= threshold)
            {
                result.Count++;
                result.Sum += values[i];
            }
        }

        return result;
    }

    // TensorPrimitives.MaxNumber gives NaN where one value is NaN; a comparison with NaN fails.
    private static float Max(float* values, int n)
    {
        int width = Vector<float>.Count, i = 0;
        var m0 = new Vector<float>(float.NegativeInfinity);
        Vector<float> m1 = m0;
        for (; i <= n - (2 * width); i += 2 * width)
        {
            m0 = Larger(Vector.Load(values + i), m0);
            m1 = Larger(Vector.Load(values + i + width), m1);
        }

        m0 = Larger(m1, m0);
        float max = float.NegativeInfinity;
        for (int lane = 0; lane < width; lane++)
            max = Math.Max(max, m0[lane]);
        for (; i < n; i++)
            max = values[i] > max ? values[i] : max;
        return max;
    }

    private static Vector<float> Larger(Vector<float> value, Vector<float> max) =>
        Vector.ConditionalSelect(Vector.GreaterThan(value, max), value, max);

    // A comparison is −1 in the lanes where it holds.
    private static void Add(float* values, Vector<float> limit, ref Vector<int> count, ref Vector<float> sum)
    {
        Vector<float> value = Vector.Load(values);
        Vector<int> reaches = Vector.GreaterThanOrEqual(value, limit);
        count -= reaches;
        sum += Vector.ConditionalSelect(reaches, value, Vector<float>.Zero);
    }
}
