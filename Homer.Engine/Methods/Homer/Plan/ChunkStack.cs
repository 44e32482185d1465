namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// The places of the live chunks of a run, which lie one after another as on a stack: in the rows of the hidden states, and in each layer
/// of the cache. Chunks shrink and merge in place, so there may be unused rows between chunks that lie side by side.
/// </summary>
/// <param name="layers">The number of layers of the model.</param>
internal sealed class ChunkStack(int layers)
{
    private readonly int[] ends = new int[layers];
    private readonly int[] peak = new int[layers];

    /// <summary>For each layer of the cache, the most rows that were in use at once.</summary>
    public IReadOnlyList<int> Peak => peak;

    /// <summary>The most rows of the hidden states that were in use at once.</summary>
    public int PeakRows { get; private set; }

    /// <summary>The row of the hidden states where the next chunk begins.</summary>
    public int End { get; private set; }

    /// <summary>Returns the row of a layer of the cache where the next chunk begins.</summary>
    public int EndIn(int layer) => ends[layer];

    /// <summary>Adds a chunk on top of the stack, which has been through no layer.</summary>
    public LiveChunk Push(int tokens)
    {
        var chunk = new LiveChunk { Row = End, Layers = new (int, int)[ends.Length] };
        Extend(chunk, tokens);
        return chunk;
    }

    /// <summary>Adds tokens to the chunk on top of the stack.</summary>
    public void Extend(LiveChunk chunk, int tokens)
    {
        chunk.Tokens += tokens;
        End += tokens;
        PeakRows = Math.Max(PeakRows, End);
    }

    /// <summary>Adds rows to a chunk in consecutive layers: after those that it has there, or else after all other chunks.</summary>
    public void Append(LiveChunk chunk, int firstLayer, int endLayer, int tokens)
    {
        for (int layer = firstLayer; layer < endLayer; layer++)
        {
            if (chunk.Layers[layer].Length == 0)
                chunk.Layers[layer].FirstRow = ends[layer];
            chunk.Layers[layer].Length += tokens;
            ends[layer] = chunk.EndIn(layer);
            peak[layer] = Math.Max(peak[layer], ends[layer]);
        }
    }

    /// <summary>Shrinks a chunk to its first rows of the hidden states.</summary>
    public void Keep(LiveChunk chunk, int tokens)
    {
        bool isTop = End == chunk.End;
        chunk.Tokens = tokens;
        if (isTop)
            End = chunk.End;
    }

    /// <summary>Shrinks a chunk to its first rows of the cache in consecutive layers.</summary>
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

    /// <summary>Merges a chunk with the next one on the stack, in the layers that both have been through.</summary>
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
