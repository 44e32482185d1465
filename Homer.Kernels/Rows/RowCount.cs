using System.Numerics;
using Homer.Kernels.Backends;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Rows;

/// <summary>Counts over a row that a group does together; every thread of the group gets the result.</summary>
[HasGpuBody(typeof(RowCountGpu))]
internal static unsafe class RowCount
{
    /// <summary>How many j in [first, end) come before i: higher pooled score, or equal and higher own score, or equal in both and j &lt; i.</summary>
    [IntrinsicImplementation]
    public static int Beating(ArrayView<float> pooled, ArrayView<float> own, int first, int end, int i)
    {
        float* p = RowMath.Pointer(pooled), s = RowMath.Pointer(own);
        int middle = Math.Max(first, Math.Min(i, end));
        return Beating(p, s, first, middle, p[i], s[i], earlier: true) + Beating(p, s, middle, end, p[i], s[i], earlier: false);
    }

    /// <summary>How many of the first <paramref name="n"/> values are below a limit.</summary>
    [IntrinsicImplementation]
    public static int Below(ArrayView<int> values, int n, int limit)
    {
        int* v = (int*)values.LoadEffectiveAddressAsPtr();
        int j = 0, count;
        Vector<int> counts = default, limits = new(limit);
        for (; j <= n - Vector<int>.Count; j += Vector<int>.Count)
            counts -= Vector.LessThan(Vector.Load(v + j), limits);
        for (count = Vector.Sum(counts); j < n; j++)
            count += v[j] < limit ? 1 : 0;
        return count;
    }

    /// <summary>The same in a part of the row that is all before the token, or not.</summary>
    private static int Beating(float* pooled, float* own, int first, int end, float otherPooled, float otherOwn, bool earlier)
    {
        int j = first, count;
        Vector<int> counts = default;
        Vector<float> op = new(otherPooled), oo = new(otherOwn);
        for (; j <= end - Vector<float>.Count; j += Vector<float>.Count)
        {
            Vector<float> p = Vector.Load(pooled + j), s = Vector.Load(own + j);
            Vector<int> higher = earlier ? Vector.GreaterThanOrEqual(s, oo) : Vector.GreaterThan(s, oo);
            counts -= Vector.GreaterThan(p, op) | (Vector.Equals(p, op) & higher);
        }

        for (count = Vector.Sum(counts); j < end; j++)
            count += RowCountGpu.Beats(pooled[j], own[j], otherPooled, otherOwn, earlier) ? 1 : 0;
        return count;
    }
}
