using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// A chunk that a run holds: its rows of hidden states, and the rows of its keys and values in each layer that it has run.
/// </summary>
internal sealed class LiveChunk
{
    /// <summary>The first row of its hidden states.</summary>
    public required int Row { get; init; }

    /// <summary>The number of its tokens.</summary>
    public int Tokens { get; set; }

    /// <summary>The first row and the number of its rows in each layer of the cache.</summary>
    public required (int Offset, int Length)[] Layers { get; init; }

    /// <summary>The row after its last row of hidden states.</summary>
    public int End => Row + Tokens;

    /// <summary>Returns the row after its last row in a layer of the cache.</summary>
    public int EndIn(int layer) => Layers[layer].Offset + Layers[layer].Length;

    /// <summary>Returns its rows in a layer of the cache, for kernels.</summary>
    public LayerSpan SpanIn(int layer) => new() { FirstRow = Layers[layer].Offset, Left = Layers[layer].Length };
}
