using ILGPU;

namespace Homer.Kernels.Backends.Gpu;

/// <summary>The body of <see cref="WorkPartition"/> for groups of threads.</summary>
internal static class WorkPartitionGpu
{
    public static WorkRange Of(int items) => new() { First = Grid.IdxX, End = items, Step = Grid.DimX };
}
