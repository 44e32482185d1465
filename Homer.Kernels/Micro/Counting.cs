using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>Counts over a row that a group does together; every thread of the group gets the result.</summary>
[HasGroupBodies(typeof(CountingOnGroup))]
internal static unsafe class Counting
{
    /// <summary>How many j in [first, end) come before i: higher pooled score, or equal and higher own score, or equal in both and j &lt; i.</summary>
    [IntrinsicImplementation]
    public static int Beating(ArrayView<float> pooled, ArrayView<float> own, int first, int end, int i)
    {
        float* p = Rows.Pointer(pooled), s = Rows.Pointer(own);
        int count = 0;
        for (int j = first; j < end; j++)
            count += CountingOnGroup.Beats(p[j], s[j], p[i], s[i], j < i) ? 1 : 0;
        return count;
    }

    /// <summary>How many of the first <paramref name="n"/> values are below a limit.</summary>
    [IntrinsicImplementation]
    public static int Below(ArrayView<int> values, int n, int limit)
    {
        int* v = (int*)values.LoadEffectiveAddressAsPtr();
        int count = 0;
        for (int j = 0; j < n; j++)
            count += v[j] < limit ? 1 : 0;
        return count;
    }
}
