namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>A tile of 64 queries of one head, and a thread's place in it; see <see cref="AttentionTiling"/>.</summary>
internal struct QueryTile
{
    /// <summary>The address of the group's shared memory.</summary>
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

    /// <summary>Returns the tile whose first query is of a token, as a thread sees it.</summary>
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
