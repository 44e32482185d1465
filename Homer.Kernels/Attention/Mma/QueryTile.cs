namespace Homer.Kernels.Attention.Mma;

/// <summary>A tile of 64 queries of one head, and a thread's place in it; see <see cref="AttentionTiling"/>.</summary>
internal struct QueryTile
{
    /// <summary>Where the group's shared memory begins.</summary>
    public uint Memory;

    /// <summary>The thread, 0 … 127.</summary>
    public int Thread;

    /// <summary>The query head.</summary>
    public int Head;

    /// <summary>The token of the tile's first query.</summary>
    public int First;

    /// <summary>The token of the thread's first query; its other one is 8 tokens later.</summary>
    public int Token;

    /// <summary>The first of the thread's two columns of each 8.</summary>
    public int Column;

    public static QueryTile Of(uint memory, int thread, int head, int first) => new()
    {
        Memory = memory,
        Thread = thread,
        Head = head,
        First = first,
        Token = first + AttentionTiling.Query(thread),
        Column = AttentionTiling.Column(thread),
    };
}
