namespace Homer.Kernels.Merging;

/// <summary>Where chunks lie in one layer of the cache, in rows.</summary>
public struct LayerSpan
{
    /// <summary>The first row of the chunk, or of the left one of two that are merged.</summary>
    public int Offset;

    /// <summary>Rows of the chunk, or of the left one.</summary>
    public int Left;

    /// <summary>Rows of the right chunk, which follows the left one; 0 where there is none.</summary>
    public int Right;
}
