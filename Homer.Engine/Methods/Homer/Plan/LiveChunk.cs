using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// A chunk that a run holds: its rows of the hidden states, and its rows of the cache in each layer that it has been through.
/// </summary>
internal sealed class LiveChunk
{
    /// <summary>The first of its rows of the hidden states.</summary>
    public required int Row { get; init; }

    /// <summary>The number of its tokens.</summary>
    public int Tokens { get; set; }

    /// <summary>Its rows in each layer of the cache.</summary>
    public required (int FirstRow, int Length)[] Layers { get; init; }

    /// <summary>The row after its last row of the hidden states.</summary>
    public int End => Row + Tokens;

    /// <summary>Returns the row after its last row in a layer of the cache.</summary>
    public int EndIn(int layer) => Layers[layer].FirstRow + Layers[layer].Length;

    /// <summary>Returns its rows in a layer of the cache, as kernels take them.</summary>
    public LayerSpan SpanIn(int layer) => new() { FirstRow = Layers[layer].FirstRow, Left = Layers[layer].Length };
}
