using ILGPU;

namespace Homer.Kernels.Backends.Gpu;

/// <summary>The body of <see cref="WorkPartition"/> on GPUs: a grid-stride loop.</summary>
internal static class WorkPartitionGpu
{
    public static WorkRange Of(int items) => new() { First = Grid.IdxX, End = items, Step = Grid.DimX };
}
