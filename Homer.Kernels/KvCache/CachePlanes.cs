using System.Numerics;
using ILGPU;

namespace Homer.Kernels.KvCache;

/// <summary>
/// The places of chunks in consecutive layers of a cache; a parameter of kernels. A plane is the keys, or the values, of one head in one
/// layer.
/// </summary>
internal struct CachePlanes
{
    public ArrayView<KeyValueCache.LayerLayout> Layouts;
    public ArrayView<LayerSpan> Spans;
    /// <summary>The number of planes.</summary>
    public int Count;

    /// <summary>The words of a row.</summary>
    public int Width;

    // A shift, since dividing 64-bit numbers is a subroutine on a GPU.
    private readonly int elementsOfWord;

    /// <summary>Takes the planes of consecutive layers.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="spans">[layers]: the places of the chunks in each of them.</param>
    /// <param name="width">The words of a row, or its elements; head_dim is this times a power of two.</param>
    public CachePlanes(KeyValueCache cache, int first, int layers, ArrayView<LayerSpan> spans, int width)
    {
        Layouts = cache.Layouts.SubView(first, layers);
        Spans = spans.SubView(0, layers);
        Count = layers * 2 * cache.KvHeads;
        Width = width;
        elementsOfWord = BitOperations.Log2((uint)(cache.HeadDim / width));
    }

    /// <summary>Returns the place of the chunks in the layer of a plane.</summary>
    public readonly LayerSpan Span(int plane) => Spans[LayerOf(plane)];

    /// <summary>Returns the first word of the chunks' first row in a plane.</summary>
    public readonly long Start(int plane)
    {
        int layer = LayerOf(plane);
        long row = ((long)(plane % PerLayer) * Layouts[layer].Capacity) + Spans[layer].FirstRow;
        return (Layouts[layer].Start >> elementsOfWord) + (row * Width);
    }

    private readonly int PerLayer => Count / Spans.IntLength;

    private readonly int LayerOf(int plane) => plane / PerLayer;
}
