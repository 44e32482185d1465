namespace Homer.Engine.Contexts.Hierarchical;

/// <summary>A chunk that a run holds: its rows among the hidden states, and where its keys and values lie in each layer it has been through.</summary>
internal sealed class LiveChunk
{
    /// <summary>Its first row.</summary>
    public required int Row { get; init; }

    /// <summary>Its rows.</summary>
    public required int Tokens { get; set; }

    /// <summary>Its rows in each layer of the cache.</summary>
    public required (int Offset, int Length)[] Layers { get; init; }
}
