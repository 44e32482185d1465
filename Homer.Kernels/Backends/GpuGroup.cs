namespace Homer.Kernels.Backends;

/// <summary>The shape of a thread group on a GPU.</summary>
internal static class GpuGroup
{
    /// <summary>Threads of one group; the tiles of matrix products and attention are laid out for exactly this number.</summary>
    public const int Size = 128;
}
