using System.Numerics;
using Homer.Kernels.Backends;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Rows;

/// <summary>What a group finds out about a row of <c>n</c> values together; every thread of the group gets the result.</summary>
[HasGpuBody(typeof(ReductionsGpu))]
internal static unsafe class Reductions
{
    // Short enough for 32-bit sums to stay exact to a few units in the last place; blocks are added up in 64 bits.
    private const int Block = 4096;

    /// <summary>The first index of the largest value; 0 if all values are −∞ or not numbers.</summary>
    [IntrinsicImplementation]
    public static int ArgMax(ArrayView<float> values, int n)
    {
        float* v = RowMath.Pointer(values);
        float max = Max(v, n);
        return max > float.NegativeInfinity ? new ReadOnlySpan<float>(v, n).IndexOf(max) : 0;
    }

    /// <summary>Counts and adds up the values that reach a threshold. Lowering the threshold lowers neither count nor, for values ≥ 0, sum.</summary>
    [IntrinsicImplementation]
    public static Tally AtLeast(ArrayView<float> values, int n, float threshold)
    {
        float* v = RowMath.Pointer(values);
        int count = 0;
        double sum = 0;
        for (int i = 0; i < n; i += Block)
        {
            Tally block = AtLeast(v + i, Math.Min(Block, n - i), threshold);
            count += block.Count;
            sum += block.Sum;
        }

        return new() { Count = count, Sum = (float)sum };
    }

    /// <summary>The same for values at hand.</summary>
    internal static Tally AtLeast(float* values, int n, float threshold)
    {
        int width = Vector<float>.Count, i = 0;
        var limit = new Vector<float>(threshold);
        Vector<int> c0 = default, c1 = default;
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; i <= n - (4 * width); i += 4 * width)
        {
            Take(values + i, limit, ref c0, ref s0);
            Take(values + i + width, limit, ref c1, ref s1);
            Take(values + i + (2 * width), limit, ref c0, ref s2);
            Take(values + i + (3 * width), limit, ref c1, ref s3);
        }

        var tally = new Tally { Count = Vector.Sum(c0 + c1), Sum = Vector.Sum(s0 + s1 + (s2 + s3)) };
        for (; i < n; i++)
        {
            if (values[i] >= threshold)
            {
                tally.Count++;
                tally.Sum += values[i];
            }
        }

        return tally;
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

    private static Vector<float> Larger(Vector<float> value, Vector<float> max) => Vector.ConditionalSelect(Vector.GreaterThan(value, max), value, max);

    private static void Take(float* values, Vector<float> limit, ref Vector<int> count, ref Vector<float> sum)
    {
        Vector<float> value = Vector.Load(values);
        Vector<int> reaches = Vector.GreaterThanOrEqual(value, limit);
        count -= reaches;
        sum += Vector.ConditionalSelect(reaches, value, Vector<float>.Zero);
    }
}
