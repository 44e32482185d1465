using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Rows.Gpu;

// Tour: docs/kernels.md#tokenselection
/// <summary>
/// The bodies of <see cref="Ranks"/> for a group of threads: thread t compares elements t, t + group size, …, and an AllReduce sums the
/// counts.
/// </summary>
internal static class RanksGpu
{
    public static int Of(ArrayView<float> pooled, ArrayView<float> own, int first, int end, int i)
    {
        int count = 0;
        for (int j = first + Group.IdxX; j < end; j += Group.DimX)
            count += Ranks.IsBefore(pooled[j], own[j], pooled[i], own[i], j < i) ? 1 : 0;
        return GroupExtensions.AllReduce<int, AddInt32>(count);
    }

    public static int CountBelow(ArrayView<int> values, int n, int limit)
    {
        int count = 0;
        for (int j = Group.IdxX; j < n; j += Group.DimX)
            count += values[j] < limit ? 1 : 0;
        return GroupExtensions.AllReduce<int, AddInt32>(count);
    }
}
