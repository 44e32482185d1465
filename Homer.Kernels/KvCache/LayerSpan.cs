namespace Homer.Kernels.KvCache;

/// <summary>The place of one chunk, or of two that are merged, in a layer of the cache, in rows.</summary>
public struct LayerSpan
{
    /// <summary>The first row of the chunk, or of the left one of two.</summary>
    public int FirstRow;

    /// <summary>The rows of the chunk, or of the left one of two.</summary>
    public int Left;

    /// <summary>The unused rows between the left chunk and the right one.</summary>
    public int Gap;

    /// <summary>The rows of the right chunk; 0 where there is none.</summary>
    public int Right;

    /// <summary>The first row of the right chunk, from the start of the left one.</summary>
    internal readonly int RightStart => Left + Gap;

    /// <summary>The rows from the start of the left chunk to the end of the right one.</summary>
    internal readonly int Length => RightStart + Right;
}
