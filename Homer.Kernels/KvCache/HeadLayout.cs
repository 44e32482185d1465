namespace Homer.Kernels.KvCache;

/// <summary>
/// The layout of the heads of some tokens, and of the rows of a layer of the cache that they read or write; a parameter of kernels.
/// </summary>
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

    /// <summary>Returns the key head that a query head reads.</summary>
    public readonly int KvHeadOf(int head) => head / (Heads / KvHeads);

    /// <summary>Returns the first element of a row of a key head, counted from the first row, in the layer's keys or values.</summary>
    public readonly long CacheRow(int kvHead, int row) => (((long)kvHead * Capacity) + FirstRow + row) * HeadDim;

    /// <summary>Returns the first element of a token's head in [tokens, heads, head_dim].</summary>
    public readonly long Row(int token, int heads, int head) => (((long)token * heads) + head) * HeadDim;
}
