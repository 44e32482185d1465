using System.Numerics;
using ILGPU;

namespace Homer.Kernels.KvCache;

/// <summary>
/// Where chunks lie in consecutive layers of a cache; a parameter of kernels. A plane is the keys, or the values, of one head in one layer.
/// </summary>
internal struct CachePlanes
{
    public ArrayView<KeyValueCache.LayerLayout> Layouts;
    public ArrayView<LayerSpan> Spans;
    public int Count;

    /// <summary>Words of a row.</summary>
    public int Width;

    // As a shift, since the division of 64-bit numbers is a subroutine on a GPU.
    private readonly int elementsOfWord;

    /// <summary>The planes of consecutive layers.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="spans">[layers]: where the chunks lie in each of them.</param>
    /// <param name="width">Words of a row, or its elements; head_dim is a power of two times as many.</param>
    public CachePlanes(KeyValueCache cache, int first, int layers, ArrayView<LayerSpan> spans, int width)
    {
        Layouts = cache.Layouts.SubView(first, layers);
        Spans = spans.SubView(0, layers);
        Count = layers * 2 * cache.KvHeads;
        Width = width;
        elementsOfWord = BitOperations.Log2((uint)(cache.HeadDim / width));
    }

    /// <summary>Where the chunks lie in the layer of a plane.</summary>
    public readonly LayerSpan Span(int plane) => Spans[LayerOf(plane)];

    /// <summary>The first word of the chunks' first row in a plane.</summary>
    public readonly long Start(int plane)
    {
        int layer = LayerOf(plane);
        return (Layouts[layer].Start >> elementsOfWord) + ((((long)(plane % PerLayer) * Layouts[layer].Capacity) + Spans[layer].FirstRow) * Width);
    }

    private readonly int PerLayer => Count / Spans.IntLength;

    private readonly int LayerOf(int plane) => plane / PerLayer;
}
