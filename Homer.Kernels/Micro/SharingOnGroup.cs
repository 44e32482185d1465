using ILGPU;

namespace Homer.Kernels.Micro;

/// <summary>The body of <see cref="Sharing"/> for groups of threads.</summary>
internal static class SharingOnGroup
{
    public static ItemShare Of(int items) => new() { First = Grid.IdxX, End = items, Step = Grid.DimX };
}
