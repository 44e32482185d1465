namespace Homer.Kernels.KvCache;

/// <summary>Where chunks lie in one layer of the cache, in rows.</summary>
public struct LayerSpan
{
    /// <summary>The first row of the chunk, or of the left one of two that are merged.</summary>
    public int FirstRow;

    /// <summary>Rows of the chunk, or of the left one.</summary>
    public int Left;

    /// <summary>Rows of nothing between the left chunk and the right one.</summary>
    public int Gap;

    /// <summary>Rows of the right chunk; 0 where there is none.</summary>
    public int Right;

    /// <summary>Where the right chunk begins, from the start of the left one.</summary>
    internal readonly int RightStart => Left + Gap;

    /// <summary>Rows from the start of the left chunk to the end of the right one.</summary>
    internal readonly int Length => RightStart + Right;
}
