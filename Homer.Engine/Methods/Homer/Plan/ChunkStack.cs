namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// The rows of the live chunks of a run, one after another as on a stack: their hidden states, and their keys and values in each layer.
/// Chunks shrink and merge where they are, so that unused rows may lie between two of them.
/// </summary>
/// <param name="layers">The number of layers of the model.</param>
internal sealed class ChunkStack(int layers)
{
    private readonly int[] ends = new int[layers];
    private readonly int[] peak = new int[layers];

    /// <summary>For each layer, the most rows of the cache that were taken at once.</summary>
    public IReadOnlyList<int> Peak => peak;

    /// <summary>The most rows that were taken at once.</summary>
    public int PeakRows { get; private set; }

    /// <summary>The row of hidden states at which the next chunk begins.</summary>
    public int End { get; private set; }

    /// <summary>Returns the row of a layer's cache at which the next chunk begins.</summary>
    public int EndIn(int layer) => ends[layer];

    /// <summary>Adds a new chunk above all others, which has run no layer.</summary>
    public LiveChunk Push(int tokens)
    {
        var chunk = new LiveChunk { Row = End, Layers = new (int, int)[ends.Length] };
        Extend(chunk, tokens);
        return chunk;
    }

    /// <summary>Makes the chunk above all others longer.</summary>
    public void Extend(LiveChunk chunk, int tokens)
    {
        chunk.Tokens += tokens;
        End += tokens;
        PeakRows = Math.Max(PeakRows, End);
    }

    /// <summary>
    /// Takes rows for a chunk in consecutive layers, right behind those that the chunk has there or else above all other chunks.
    /// </summary>
    public void Append(LiveChunk chunk, int firstLayer, int endLayer, int tokens)
    {
        for (int layer = firstLayer; layer < endLayer; layer++)
        {
            if (chunk.Layers[layer].Length == 0)
                chunk.Layers[layer].Offset = ends[layer];
            chunk.Layers[layer].Length += tokens;
            ends[layer] = chunk.EndIn(layer);
            peak[layer] = Math.Max(peak[layer], ends[layer]);
        }
    }

    /// <summary>Shrinks a chunk to a number of rows.</summary>
    public void Keep(LiveChunk chunk, int tokens)
    {
        bool isTop = End == chunk.End;
        chunk.Tokens = tokens;
        if (isTop)
            End = chunk.End;
    }

    /// <summary>Shrinks a chunk to a number of rows of the cache in consecutive layers.</summary>
    public void Keep(LiveChunk chunk, int firstLayer, int endLayer, int tokens)
    {
        for (int layer = firstLayer; layer < endLayer; layer++)
        {
            bool isTop = ends[layer] == chunk.EndIn(layer);
            chunk.Layers[layer].Length = tokens;
            if (isTop)
                ends[layer] = chunk.EndIn(layer);
        }
    }

    /// <summary>Merges a chunk with the next one above it, in the layers that both have been through.</summary>
    public void Merge(LiveChunk left, LiveChunk right, int layers, int affixes)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            bool isTop = ends[layer] == right.EndIn(layer);
            left.Layers[layer].Length += right.Layers[layer].Length - affixes;
            if (isTop)
                ends[layer] = left.EndIn(layer);
        }

        bool isTopRow = End == right.End;
        left.Tokens += right.Tokens - affixes;
        if (isTopRow)
            End = left.End;
    }
}
