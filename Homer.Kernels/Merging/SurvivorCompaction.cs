using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#survivorcompaction
/// <summary>
/// Keeps the survivors of a pruning, in place: in the chunk's hidden states, positions, indices and significance, and, as propagative
/// refinement (arXiv 2404.10308, section 3.3), in the keys and values of every layer that the chunk has been through.
/// </summary>
/// <remarks>
/// <code>
/// kept      0   2   3   7 …           row j ← row kept[j]. Since kept[j] ≥ j, no row is overwritten before it has been read,
/// rows     [0] [1] [2] [3] [4] …      if rows are moved in this order.
///           │   ┌───┘   │
///           ▼   ▼   ┌───┘
///          [0] [2] [3] [7] …
/// </code>
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class SurvivorCompaction(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Word128>, CachePlanes, ArrayView<int>, int, int> wideCache =
        device.Load<ArrayView<Word128>, CachePlanes, ArrayView<int>, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, CachePlanes, ArrayView<int>, int, int> cacheOfAnyWidth =
        device.Load<ArrayView<Float32>, CachePlanes, ArrayView<int>, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Word128>, ArrayView<int>, int, int, int> wideRows =
        device.Load<ArrayView<Word128>, ArrayView<int>, int, int, int>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<int>, int, int, int> rowsOfAnyWidth =
        device.Load<ArrayView<Float32>, ArrayView<int>, int, int, int>(RowsKernel);

    private readonly Action<KernelConfig, ChunkRows.Views, ArrayView<int>, int> elements =
        device.Load<ChunkRows.Views, ArrayView<int>, int>(ElementsKernel);

    /// <summary>Keeps the survivors' keys and values in consecutive layers.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="spans">[layers]: the place of the chunk in each of them.</param>
    /// <param name="kept">Indices of the survivors in the chunk, ascending [count].</param>
    /// <param name="count">The number of survivors.</param>
    public void LaunchCache(KeyValueCache cache, int first, int layers, ArrayView<LayerSpan> spans, ArrayView<int> kept, int count)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (count == 0)
            return;
        if (VectorizedAccess.Fits(cache.RowBytes))
            Launch(wideCache, cache.RowBytes / VectorizedAccess.Bytes);
        else
            Launch(cacheOfAnyWidth, cache.RowBytes / sizeof(float));

        void Launch<T>(Action<KernelConfig, ArrayView<T>, CachePlanes, ArrayView<int>, int, int> kernel, int width)
            where T : unmanaged, ICopyUnit<T>
        {
            var planes = new CachePlanes(cache, first, layers, spans, width);
            int slices = RowCompaction.Slices(device, width);
            kernel(device.Grid(planes.Count * slices), cache.WordsOf<T>(), planes, kept, count, slices);
        }
    }

    /// <summary>Keeps the survivors' hidden states, positions, indices and significance.</summary>
    /// <param name="rows">The rows of all live chunks.</param>
    /// <param name="start">The chunk's first row.</param>
    /// <param name="tokens">The chunk's length before the pruning.</param>
    /// <param name="kept">Indices of the survivors in the chunk, ascending [count].</param>
    /// <param name="count">The number of survivors.</param>
    public void LaunchRows(ChunkRows rows, int start, int tokens, ArrayView<int> kept, int count)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (count == 0)
            return;
        device.LaunchTogether(() =>
        {
            if (VectorizedAccess.Fits(rows.RowBytes))
                Launch(wideRows, rows.RowBytes / VectorizedAccess.Bytes);
            else
                Launch(rowsOfAnyWidth, rows.RowBytes / sizeof(float));
            elements(device.Grid(ChunkRows.Views.Elements), rows.ViewFrom(start, tokens), kept, count);
        });

        void Launch<T>(Action<KernelConfig, ArrayView<T>, ArrayView<int>, int, int, int> kernel, int width)
            where T : unmanaged, ICopyUnit<T>
        {
            int slices = RowCompaction.Slices(device, width);
            kernel(device.Grid(slices), rows.Hidden(start, tokens).Cast<T>(), kept, count, width, slices);
        }
    }

    internal static void CacheKernel<T>(ArrayView<T> data, CachePlanes planes, ArrayView<int> kept, int count, int slices)
        where T : unmanaged, ICopyUnit<T>
    {
        WorkRange share = WorkPartition.Of(planes.Count * slices);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int plane = item / slices;
            ArrayView<T> chunk = data.SubView(planes.Start(plane), (long)planes.Span(plane).Left * planes.Width);
            RowCompaction.Gather(chunk, kept, count, planes.Width, item % slices);
        }
    }

    internal static void RowsKernel<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width, int slices)
        where T : unmanaged, ICopyUnit<T>
    {
        WorkRange share = WorkPartition.Of(slices);
        for (int slice = share.First; slice < share.End; slice += share.Step)
            RowCompaction.Gather(rows, kept, count, width, slice);
    }

    internal static void ElementsKernel(ChunkRows.Views rows, ArrayView<int> kept, int count)
    {
        WorkRange share = WorkPartition.Of(ChunkRows.Views.Elements);
        for (int array = share.First; array < share.End; array += share.Step)
            RowCompaction.GatherElements(rows.ElementsOf(array), kept, count);
    }
}
