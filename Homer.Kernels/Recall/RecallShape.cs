namespace Homer.Kernels.Recall;

/// <summary>The shape of a search in the keys of a document.</summary>
public struct RecallShape
{
    /// <summary>The number of tokens of the document.</summary>
    public int Tokens;

    /// <summary>The number of heads whose keys are kept.</summary>
    public int Heads;

    /// <summary>The number of tokens of the question.</summary>
    public int Queries;

    /// <summary>The number of elements of a head.</summary>
    public int HeadDim;

    /// <summary>The number of elements of a token's keys.</summary>
    internal readonly int Width => Heads * HeadDim;

    /// <summary>Returns the first element of a query.</summary>
    internal readonly long QueryRow(int head, int query) => (((long)head * Queries) + query) * HeadDim;
}
