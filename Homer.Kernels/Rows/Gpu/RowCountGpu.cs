using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Rows.Gpu;

/// <summary>The bodies of <see cref="RowCount"/> for a group of threads.</summary>
internal static class RowCountGpu
{
    public static int Beating(ArrayView<float> pooled, ArrayView<float> own, int first, int end, int i)
    {
        int count = 0;
        for (int j = first + Group.IdxX; j < end; j += Group.DimX)
            count += Beats(pooled[j], own[j], pooled[i], own[i], j < i) ? 1 : 0;
        return GroupExtensions.AllReduce<int, AddInt32>(count);
    }

    public static int Below(ArrayView<int> values, int n, int limit)
    {
        int count = 0;
        for (int j = Group.IdxX; j < n; j += Group.DimX)
            count += values[j] < limit ? 1 : 0;
        return GroupExtensions.AllReduce<int, AddInt32>(count);
    }

    internal static bool Beats(float pooled, float own, float otherPooled, float otherOwn, bool earlier) =>
        pooled > otherPooled || (pooled == otherPooled && (own > otherOwn || (own == otherOwn && earlier)));
}
