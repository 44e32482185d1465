namespace Homer.Kernels.KvCache;

/// <summary>Where the heads of some tokens, and the rows of a layer of the cache that belong to them, lie; a parameter of kernels.</summary>
internal struct HeadLayout
{
    public int Tokens;
    public int Heads;
    public int KvHeads;
    public int HeadDim;
    public int Capacity;
    public int FirstRow;

    /// <summary>Lays out <paramref name="tokens"/> tokens of <paramref name="heads"/> query heads against the rows of a layer.</summary>
    public HeadLayout(LayerRows rows, int tokens, int heads)
    {
        Tokens = tokens;
        Heads = heads;
        KvHeads = rows.Cache.KvHeads;
        HeadDim = rows.Cache.HeadDim;
        Capacity = rows.Cache.Capacity(rows.Layer);
        FirstRow = rows.FirstRow;
    }

    /// <summary>The key head that a query head shares with its neighbours.</summary>
    public readonly int KvHeadOf(int head) => head / (Heads / KvHeads);

    /// <summary>The first element of a row of the layer's keys or values.</summary>
    public readonly long CacheRow(int kvHead, int row) => (((long)kvHead * Capacity) + FirstRow + row) * HeadDim;

    /// <summary>The first element of a token's head in [tokens, heads, head_dim].</summary>
    public readonly long Row(int token, int heads, int head) => (((long)token * heads) + head) * HeadDim;
}
