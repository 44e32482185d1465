namespace Homer.Kernels.Eviction;

/// <summary>A tile of keys of one key head.</summary>
internal struct MassTile
{
    /// <summary>The key head.</summary>
    public int KvHead;

    /// <summary>The token that the tile's first key belongs to; negative for keys that precede the tokens.</summary>
    public int FirstToken;

    /// <summary>Keys of the tile.</summary>
    public int Width;

    /// <summary>The first keys, whose mass is added to.</summary>
    public int Known;
}
