using Homer.Kernels.Backends.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Backends;

/// <summary>
/// How the groups of a launch share items that cost alike: <c>for (int i = share.First; i &lt; share.End; i += share.Step)</c>. On the CPU a group takes neighbours, since
/// two threads that write beside each other take lines of their caches from each other all the time; on a GPU, whose groups are many and none lasts, they take turns.
/// </summary>
[HasGpuBody(typeof(WorkPartitionGpu))]
internal static class WorkPartition
{
    /// <summary>The share of the group that asks.</summary>
    [IntrinsicImplementation]
    public static WorkRange Of(int items) =>
        new() { First = Part(items, Grid.IdxX, Grid.DimX), End = Part(items, Grid.IdxX + 1, Grid.DimX), Step = 1 };

    /// <summary>How many of <paramref name="items"/> the groups before a group take, where each takes neighbours.</summary>
    internal static int Part(int items, int group, int groups) => (int)((long)items * group / groups);
}

/// <summary>The items of one group.</summary>
internal struct WorkRange
{
    public int First;
    public int End;
    public int Step;
}
