using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>A chunk that a run holds: its rows among the hidden states, and where its keys and values lie in each layer it has been through.</summary>
internal sealed class LiveChunk
{
    /// <summary>Its first row.</summary>
    public required int Row { get; init; }

    /// <summary>Its rows.</summary>
    public int Tokens { get; set; }

    /// <summary>Its rows in each layer of the cache.</summary>
    public required (int Offset, int Length)[] Layers { get; init; }

    /// <summary>The row after its last.</summary>
    public int End => Row + Tokens;

    /// <summary>The row of a layer's cache after its last.</summary>
    public int EndIn(int layer) => Layers[layer].Offset + Layers[layer].Length;

    /// <summary>Where it lies in a layer of the cache, for kernels.</summary>
    public LayerSpan SpanIn(int layer) => new() { FirstRow = Layers[layer].Offset, Left = Layers[layer].Length };
}
