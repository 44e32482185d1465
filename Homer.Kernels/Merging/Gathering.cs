using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Merging;

/// <summary>
/// Keeps the survivors of a pruning, in place: in the chunk's hidden states, positions, indices and significance, and, as propagative
/// refinement (arXiv 2404.10308, section 3.3), in the keys and values of every layer the chunk has been through.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Gathering(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<int>, int, int, int> float32 =
        device.Load<ArrayView<Float32>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<int>, int, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<int>, int, int, int> float16 =
        device.Load<ArrayView<Float16>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<int>, int, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ChunkRows.Views, ArrayView<int>, int> rowsKernel =
        device.Load<ChunkRows.Views, ArrayView<int>, int>(RowsKernel);

    /// <summary>Keeps the survivors' keys and values in consecutive layers.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="spans">[layers]: where the chunk lies in each of them.</param>
    /// <param name="kept">Indices of the survivors in the chunk, ascending [count].</param>
    /// <param name="count">The number of survivors.</param>
    public void LaunchCache(KeyValueCache cache, int first, int layers, ArrayView<LayerSpan> spans, ArrayView<int> kept, int count)
    {
        int planes = layers * 2 * cache.KvHeads;
        KernelConfig grid = device.Grid(planes);
        ArrayView<KeyValueCache.LayerLayout> layouts = cache.Layouts.SubView(first, layers);
        if (cache.Type == CacheType.Float32)
            float32(grid, cache.Data<Float32>(), layouts, spans.SubView(0, layers), kept, planes, count, cache.HeadDim);
        else
            float16(grid, cache.Data<Float16>(), layouts, spans.SubView(0, layers), kept, planes, count, cache.HeadDim);
    }

    /// <summary>Keeps the survivors' rows of a chunk.</summary>
    /// <param name="rows">The rows of all live chunks.</param>
    /// <param name="start">The chunk's first row.</param>
    /// <param name="tokens">The chunk's length before the pruning.</param>
    /// <param name="kept">Indices of the survivors in the chunk, ascending [count].</param>
    /// <param name="count">The number of survivors.</param>
    public void LaunchRows(ChunkRows rows, int start, int tokens, ArrayView<int> kept, int count) =>
        rowsKernel(device.Grid(RowArrays), rows.ViewFrom(start, tokens), kept, count);

    private const int RowArrays = 4;

    internal static void CacheKernel<T>(
        ArrayView<T> data, ArrayView<KeyValueCache.LayerLayout> layouts, ArrayView<LayerSpan> spans, ArrayView<int> kept, int planes, int count, int d)
        where T : unmanaged, ICacheElement<T>
    {
        // A plane is the keys, or the values, of one head in one layer.
        ItemShare share = Sharing.Of(planes);
        for (int plane = share.First; plane < share.End; plane += share.Step)
        {
            int perLayer = planes / spans.IntLength, layer = plane / perLayer;
            int capacity = layouts[layer].Capacity, offset = spans[layer].Offset;
            long start = layouts[layer].Start + (((long)(plane % perLayer) * capacity + offset) * d);
            Moving.Gather(data.SubView(start, (long)spans[layer].Left * d), kept, count, d);
        }
    }

    internal static void RowsKernel(ChunkRows.Views rows, ArrayView<int> kept, int count)
    {
        ItemShare share = Sharing.Of(RowArrays);
        for (int array = share.First; array < share.End; array += share.Step)
        {
            if (array == 0)
                Moving.Gather(rows.Hidden, kept, count, (int)(rows.Hidden.Length / rows.Positions.Length));
            else if (array == 1)
                Moving.GatherElements(rows.Positions, kept, count);
            else if (array == 2)
                Moving.GatherElements(rows.Tokens, kept, count);
            else
                Moving.GatherElements(rows.Significance, kept, count);
        }
    }
}
