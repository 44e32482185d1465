using Homer.Kernels.Backends.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Backends;

/// <summary>
/// Partitions the items of a launch among its groups:
/// <c>WorkRange share = WorkPartition.Of(items); for (int i = share.First; i &lt; share.End; i += share.Step)</c>.
/// </summary>
/// <remarks>
/// <para>
/// On the CPU a group takes a contiguous range: two threads that write neighbouring items would take cache lines from each other all the
/// time.
/// On a GPU it is a grid-stride loop.
/// </para>
/// <para>
/// This is the way for kernels whose items cost alike. Two others are used where it does not fit. A body that divides its work itself (into
/// tiles, panels or parts of an item, differently on each backend) takes <c>group</c> and <c>groups</c> as arguments: the kernel passes
/// Grid.IdxX and Grid.DimX, a test any others. A grid-stride loop is written out in GPU bodies, which are for GPUs alone, and in kernels
/// whose items differ in cost or should be interleaved on the CPU, too: attention over ever longer rows, and the ceilings.
/// </para>
/// </remarks>
[HasGpuBody(typeof(WorkPartitionGpu))]
internal static class WorkPartition
{
    /// <summary>Returns the share of the calling group.</summary>
    [IntrinsicImplementation]
    public static WorkRange Of(int items) =>
        new() { First = Start(items, Grid.IdxX, Grid.DimX), End = Start(items, Grid.IdxX + 1, Grid.DimX), Step = 1 };

    /// <summary>
    /// Returns the first item of a group where each group takes a contiguous range; it ends where the next group's begins.
    /// </summary>
    internal static int Start(int items, int group, int groups) => (int)((long)items * group / groups);
}

/// <summary>The items of one group: First, First + Step, … below End.</summary>
internal struct WorkRange
{
    public int First;
    public int End;
    public int Step;
}
