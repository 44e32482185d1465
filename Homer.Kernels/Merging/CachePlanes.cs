using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Merging;

/// <summary>
/// Where chunks lie in consecutive layers of a cache; a parameter of kernels. A plane is the keys, or the values, of one head in one layer.
/// </summary>
internal struct CachePlanes
{
    public ArrayView<KeyValueCache.LayerLayout> Layouts;
    public ArrayView<LayerSpan> Spans;
    public int Count;
    public int HeadDim;

    /// <summary>The planes of consecutive layers.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="spans">[layers]: where the chunks lie in each of them.</param>
    public CachePlanes(KeyValueCache cache, int first, int layers, ArrayView<LayerSpan> spans)
    {
        Layouts = cache.Layouts.SubView(first, layers);
        Spans = spans.SubView(0, layers);
        Count = layers * 2 * cache.KvHeads;
        HeadDim = cache.HeadDim;
    }

    /// <summary>Where the chunks lie in the layer of a plane.</summary>
    public readonly LayerSpan Span(int plane) => Spans[LayerOf(plane)];

    /// <summary>The chunks' first row in a plane, counted from the beginning of the cache.</summary>
    public readonly long FirstRow(int plane)
    {
        int layer = LayerOf(plane);
        return (Layouts[layer].Start / HeadDim) + ((long)(plane % PerLayer) * Layouts[layer].Capacity) + Spans[layer].Offset;
    }

    private readonly int PerLayer => Count / Spans.IntLength;

    private readonly int LayerOf(int plane) => plane / PerLayer;
}
