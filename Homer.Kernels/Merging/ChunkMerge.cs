using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#chunkmerge
/// <summary>
/// Merges a chunk with one that lies after it (arXiv 2404.10308, section 3.1), in place: the prefixes are averaged, the suffixes are
/// averaged, and the right document tokens follow the left ones.
/// </summary>
/// <remarks>
/// <code>
/// before  [prefix L | document L | suffix L] … [prefix R | document R | suffix R]
/// after   [average  | document L | document R | average]
/// </code>
/// 1. The suffix average is formed where the right suffix is. 2. The right document tokens and the suffix move down together.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class ChunkMerge(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, CachePlanes, Affixes> blend32 =
        device.Load<ArrayView<Float32>, CachePlanes, Affixes>(BlendCacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, CachePlanes, Affixes> blend16 =
        device.Load<ArrayView<Float16>, CachePlanes, Affixes>(BlendCacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, LayerSpan, int, Affixes> blendRows =
        device.Load<ArrayView<Float32>, LayerSpan, int, Affixes>(BlendRowsKernel);

    private readonly Action<KernelConfig, ArrayView<Word128>, CachePlanes, int, Affixes> wideCache =
        device.Load<ArrayView<Word128>, CachePlanes, int, Affixes>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, CachePlanes, int, Affixes> cacheOfAnyWidth =
        device.Load<ArrayView<Float32>, CachePlanes, int, Affixes>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Word128>, LayerSpan, int, int, Affixes> wideRows =
        device.Load<ArrayView<Word128>, LayerSpan, int, int, Affixes>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, LayerSpan, int, int, Affixes> rowsOfAnyWidth =
        device.Load<ArrayView<Float32>, LayerSpan, int, int, Affixes>(RowsKernel);

    private readonly Action<KernelConfig, ChunkRows.Views, LayerSpan, Affixes> elements =
        device.Load<ChunkRows.Views, LayerSpan, Affixes>(ElementsKernel);

    /// <summary>Merges keys and values in layers 0 … <paramref name="layers"/> − 1.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="spans">[layers]: the place of the two chunks in each layer.</param>
    /// <param name="layers">The number of layers that both chunks have been through.</param>
    /// <param name="affixes">The lengths and the weights of the affixes.</param>
    public void LaunchCache(KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, Affixes affixes)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var inElements = new CachePlanes(cache, 0, layers, spans, cache.HeadDim);
        KernelConfig blends = device.Grid(inElements.Count * affixes.Tokens);
        if (cache.Type == CacheType.Float32)
            blend32(blends, cache.Data<Float32>(), inElements, affixes);
        else
            blend16(blends, cache.Data<Float16>(), inElements, affixes);
        if (VectorizedAccess.Fits(cache.RowBytes))
            Launch(wideCache, cache.RowBytes / VectorizedAccess.Bytes);
        else
            Launch(cacheOfAnyWidth, cache.RowBytes / sizeof(float));

        void Launch<T>(Action<KernelConfig, ArrayView<T>, CachePlanes, int, Affixes> kernel, int width)
            where T : unmanaged, ICopyUnit<T>
        {
            var planes = new CachePlanes(cache, 0, layers, spans, width);
            int slices = RowCompaction.Slices(device, width);
            kernel(device.Grid(planes.Count * slices), cache.WordsOf<T>(), planes, slices, affixes);
        }
    }

    /// <summary>Merges the rows of two chunks. A merged affix keeps its position and index, and gets no significance.</summary>
    /// <param name="rows">The rows of all live chunks.</param>
    /// <param name="span">The place of the two chunks.</param>
    /// <param name="affixes">The lengths and the weights of the affixes.</param>
    public void LaunchRows(ChunkRows rows, LayerSpan span, Affixes affixes)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArrayView<float> hidden = rows.Hidden(span.FirstRow, span.Length);
        blendRows(device.Grid(affixes.Tokens), hidden.Cast<Float32>(), span, rows.Width, affixes);
        device.LaunchTogether(() =>
        {
            if (VectorizedAccess.Fits(rows.RowBytes))
                Launch(wideRows, rows.RowBytes / VectorizedAccess.Bytes);
            else
                Launch(rowsOfAnyWidth, rows.RowBytes / sizeof(float));
            elements(device.Grid(ChunkRows.Views.Elements), rows.ViewFrom(span.FirstRow, span.Length), span, affixes);
        });

        void Launch<T>(Action<KernelConfig, ArrayView<T>, LayerSpan, int, int, Affixes> kernel, int width)
            where T : unmanaged, ICopyUnit<T>
        {
            int slices = RowCompaction.Slices(device, width);
            kernel(device.Grid(slices), hidden.Cast<T>(), span, width, slices, affixes);
        }
    }

    internal static void BlendCacheKernel<T>(ArrayView<T> data, CachePlanes planes, Affixes affixes)
        where T : unmanaged, ICacheElement<T>
    {
        WorkRange share = WorkPartition.Of(planes.Count * affixes.Tokens);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int plane = item / affixes.Tokens;
            LayerSpan span = planes.Span(plane);
            ArrayView<T> chunks = data.SubView(planes.Start(plane), (long)span.Length * planes.Width);
            Blend(chunks, span, item % affixes.Tokens, planes.Width, affixes);
        }
    }

    internal static void BlendRowsKernel(ArrayView<Float32> hidden, LayerSpan span, int width, Affixes affixes)
    {
        WorkRange share = WorkPartition.Of(affixes.Tokens);
        for (int i = share.First; i < share.End; i += share.Step)
            Blend(hidden, span, i, width, affixes);
    }

    internal static void CacheKernel<T>(ArrayView<T> data, CachePlanes planes, int slices, Affixes affixes)
        where T : unmanaged, ICopyUnit<T>
    {
        WorkRange share = WorkPartition.Of(planes.Count * slices);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int plane = item / slices;
            LayerSpan span = planes.Span(plane);
            ArrayView<T> chunks = data.SubView(planes.Start(plane), (long)span.Length * planes.Width);
            MoveDown(chunks, span, planes.Width, item % slices, affixes);
        }
    }

    internal static void RowsKernel<T>(ArrayView<T> hidden, LayerSpan span, int width, int slices, Affixes affixes)
        where T : unmanaged, ICopyUnit<T>
    {
        WorkRange share = WorkPartition.Of(slices);
        for (int slice = share.First; slice < share.End; slice += share.Step)
            MoveDown(hidden, span, width, slice, affixes);
    }

    internal static void ElementsKernel(ChunkRows.Views rows, LayerSpan span, Affixes affixes)
    {
        WorkRange share = WorkPartition.Of(ChunkRows.Views.Elements);
        for (int array = share.First; array < share.End; array += share.Step)
            MoveDown(rows.ElementsOf(array), span, 1, 0, affixes);
    }

    /// <summary>Averages one affix token of both chunks, in place of the left prefix or of the right suffix.</summary>
    private static void Blend<T>(ArrayView<T> rows, LayerSpan span, int token, int width, Affixes affixes)
        where T : unmanaged, ICacheElement<T>
    {
        int to = token, from = span.RightStart + token;
        float own = affixes.LeftWeight, other = affixes.RightWeight;
        if (token >= affixes.Prefix)
        {
            from = span.Left - affixes.Tokens + token;
            to = from + span.Gap + span.Right;
            own = affixes.RightWeight;
            other = affixes.LeftWeight;
        }

        RowMath.Blend(rows.SubView((long)to * width, width), rows.SubView((long)from * width, width), own, other, width);
    }

    /// <summary>Moves the right document tokens and suffix down to the left document tokens.</summary>
    private static void MoveDown<T>(ArrayView<T> rows, LayerSpan span, int width, int slice, Affixes affixes)
        where T : unmanaged, ICopyUnit<T> =>
        RowCompaction.Down(rows, span.Left - affixes.Suffix, span.RightStart + affixes.Prefix, span.Right - affixes.Prefix, width, slice);

    /// <summary>The lengths of the affixes, which all chunks share, and the weight of each side in their averages.</summary>
    public struct Affixes
    {
        /// <summary>The tokens of the prefix.</summary>
        public int Prefix;

        /// <summary>The tokens of the suffix.</summary>
        public int Suffix;

        /// <summary>The weight of the left chunk: (k − 1) / k when it is itself the merger of k − 1 chunks.</summary>
        public float LeftWeight;

        /// <summary>The weight of the right chunk.</summary>
        public float RightWeight;

        /// <summary>The tokens of prefix and suffix.</summary>
        internal readonly int Tokens => Prefix + Suffix;
    }
}
