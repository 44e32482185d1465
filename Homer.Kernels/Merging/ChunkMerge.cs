using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Merging;

/// <summary>
/// Merges two chunks that lie one after the other (arXiv 2404.10308, section 3.1), in place: the prefixes are averaged, the suffixes are
/// averaged, and the right context follows the left one.
/// </summary>
/// <remarks>
/// <code>
/// before  [prefix L | context L | suffix L | prefix R | context R | suffix R]
/// after   [average  | context L | context R | average]
/// </code>
/// The suffix average is formed where the right suffix is, then right context and suffix move down together.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class ChunkMerge(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, int, int, Affixes> float32 =
        device.Load<ArrayView<Float32>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, int, int, Affixes>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, int, int, Affixes> float16 =
        device.Load<ArrayView<Float16>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, int, int, Affixes>(CacheKernel);

    private readonly Action<KernelConfig, ChunkRows.Views, int, int, Affixes> rowsKernel =
        device.Load<ChunkRows.Views, int, int, Affixes>(RowsKernel);

    private const int RowArrays = 4;

    /// <summary>Merges keys and values in layers 0 … <paramref name="layers"/> − 1.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="spans">[layers]: where the two chunks lie in each layer.</param>
    /// <param name="layers">The layers that both chunks have been through.</param>
    /// <param name="affixes">The affixes' lengths and weights.</param>
    public void LaunchCache(KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, Affixes affixes)
    {
        int planes = layers * 2 * cache.KvHeads;
        KernelConfig grid = device.Grid(planes);
        if (cache.Type == CacheType.Float32)
            float32(grid, cache.Data<Float32>(), cache.Layouts, spans.SubView(0, layers), planes, cache.HeadDim, affixes);
        else
            float16(grid, cache.Data<Float16>(), cache.Layouts, spans.SubView(0, layers), planes, cache.HeadDim, affixes);
    }

    /// <summary>Merges the rows of two chunks; a merged affix keeps its position and index, and gets no significance.</summary>
    /// <param name="rows">The rows of all live chunks.</param>
    /// <param name="start">The left chunk's first row.</param>
    /// <param name="left">Tokens of the left chunk.</param>
    /// <param name="right">Tokens of the right chunk.</param>
    /// <param name="affixes">The affixes' lengths and weights.</param>
    public void LaunchRows(ChunkRows rows, int start, int left, int right, Affixes affixes) =>
        rowsKernel(device.Grid(RowArrays), rows.ViewFrom(start, left + right), left, right, affixes);

    internal static void CacheKernel<T>(
        ArrayView<T> data, ArrayView<KeyValueCache.LayerLayout> layouts, ArrayView<LayerSpan> spans, int planes, int d, Affixes affixes)
        where T : unmanaged, ICacheElement<T>
    {
        // A plane is the keys, or the values, of one head in one layer.
        ItemShare share = Sharing.Of(planes);
        for (int plane = share.First; plane < share.End; plane += share.Step)
        {
            int perLayer = planes / spans.IntLength, layer = plane / perLayer;
            LayerSpan span = spans[layer];
            long start = layouts[layer].Start + (((long)(plane % perLayer) * layouts[layer].Capacity + span.Offset) * d);
            Merge(data.SubView(start, (long)(span.Left + span.Right) * d), span.Left, span.Right, d, affixes);
        }
    }

    internal static void RowsKernel(ChunkRows.Views rows, int left, int right, Affixes affixes)
    {
        int to = left - affixes.Suffix, from = left + affixes.Prefix, count = right - affixes.Prefix;
        ItemShare share = Sharing.Of(RowArrays);
        for (int array = share.First; array < share.End; array += share.Step)
        {
            if (array == 0)
                Merge(rows.Hidden, left, right, (int)(rows.Hidden.Length / (left + right)), affixes);
            else if (array == 1)
                Moving.DownElements(rows.Positions, to, from, count);
            else if (array == 2)
                Moving.DownElements(rows.Tokens, to, from, count);
            else
                Moving.DownElements(rows.Significance, to, from, count);
        }
    }

    private static void Merge<T>(ArrayView<T> rows, int left, int right, int width, Affixes affixes)
        where T : unmanaged, ICacheElement<T>
    {
        for (int i = 0; i < affixes.Prefix; i++)
            Rows.Blend(rows.SubView((long)i * width, width), rows.SubView((long)(left + i) * width, width), affixes.LeftWeight, affixes.RightWeight, width);
        for (int i = 0; i < affixes.Suffix; i++)
        {
            long source = (long)(left - affixes.Suffix + i) * width, target = (long)(left + right - affixes.Suffix + i) * width;
            Rows.Blend(rows.SubView(target, width), rows.SubView(source, width), affixes.RightWeight, affixes.LeftWeight, width);
        }

        Moving.Down(rows, left - affixes.Suffix, left + affixes.Prefix, right - affixes.Prefix, width);
    }

    /// <summary>The tokens that all chunks share, and what each side counts in their averages.</summary>
    public struct Affixes
    {
        /// <summary>Tokens of the prefix.</summary>
        public int Prefix;

        /// <summary>Tokens of the suffix.</summary>
        public int Suffix;

        /// <summary>The left chunk's share: (k − 1) / k when it is itself the merger of k − 1 chunks.</summary>
        public float LeftWeight;

        /// <summary>The right chunk's share.</summary>
        public float RightWeight;
    }
}
