namespace Homer.Kernels.KvCache;

/// <summary>Where the heads of some tokens, and the rows of a layer of the cache that belong to them, lie; a parameter of kernels.</summary>
internal struct HeadLayout
{
    public int Tokens;
    public int Heads;
    public int KvHeads;
    public int HeadDim;
    public int Capacity;
    public int Offset;

    /// <summary>The layout of <paramref name="tokens"/> tokens against a layer of the cache from row <paramref name="offset"/> on.</summary>
    public HeadLayout(KeyValueCache cache, int layer, int offset, int tokens, int heads)
    {
        Tokens = tokens;
        Heads = heads;
        KvHeads = cache.KvHeads;
        HeadDim = cache.HeadDim;
        Capacity = cache.Capacity(layer);
        Offset = offset;
    }

    /// <summary>The key head that a query head shares with its neighbours.</summary>
    public readonly int KvHeadOf(int head) => head / (Heads / KvHeads);

    /// <summary>The first element of a row of the layer's keys or values.</summary>
    public readonly long CacheRow(int kvHead, int row) => (((long)kvHead * Capacity) + Offset + row) * HeadDim;

    /// <summary>The first element of a token's head in [tokens, heads, head_dim].</summary>
    public readonly long Row(int token, int heads, int head) => (((long)token * heads) + head) * HeadDim;
}
