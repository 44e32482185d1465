using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#headcompaction
/// <summary>
/// Keeps the rows that each head of each layer has chosen for itself, and moves them to the front. Where all heads keep the same rows, the
/// compaction of survivors does it.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class HeadCompaction(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<Float32>, Layouts, ArrayView<int>, Counts> float32 =
        device.Load<ArrayView<Float32>, ArrayView<Float32>, Layouts, ArrayView<int>, Counts>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, ArrayView<Float16>, Layouts, ArrayView<int>, Counts> float16 =
        device.Load<ArrayView<Float16>, ArrayView<Float16>, Layouts, ArrayView<int>, Counts>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, int, int, int> elements =
        device.Load<ArrayView<float>, ArrayView<int>, int, int, int>(ElementsKernel);

    /// <summary>Moves the kept keys and values of consecutive layers to the first rows of a cache, which may be the same one.</summary>
    /// <param name="target">The cache that they go to.</param>
    /// <param name="source">The cache that holds them, with the same layers, heads and element type.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="kept">[layers, kv_heads, count]: rows, ascending.</param>
    /// <param name="count">The number of rows that each head keeps.</param>
    public void Launch(KeyValueCache target, KeyValueCache source, int first, int layers, ArrayView<int> kept, int count)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        int planes = layers * 2 * source.KvHeads;
        KernelConfig grid = device.Grid(planes);
        var layouts = new Layouts { Target = target.Layouts.SubView(first, layers), Source = source.Layouts.SubView(first, layers) };
        var counts = new Counts { Planes = planes, KvHeads = source.KvHeads, HeadDim = source.HeadDim, Kept = count };
        if (source.Type == CacheType.Float32)
            float32(grid, target.Data<Float32>(), source.Data<Float32>(), layouts, kept, counts);
        else
            float16(grid, target.Data<Float16>(), source.Data<Float16>(), layouts, kept, counts);
    }

    /// <summary>Moves the kept elements of each plane to its beginning.</summary>
    /// <param name="values">[planes, stride].</param>
    /// <param name="stride">Elements from one plane to the next.</param>
    /// <param name="kept">[planes, count]: elements, ascending.</param>
    /// <param name="planes">The number of planes.</param>
    /// <param name="count">The number of elements that each plane keeps.</param>
    public void LaunchElements(ArrayView<float> values, int stride, ArrayView<int> kept, int planes, int count)
    {
        if (count > 0)
            elements(device.Grid(planes), values, kept, stride, planes, count);
    }

    internal static void RowsKernel<T>(ArrayView<T> target, ArrayView<T> source, Layouts layouts, ArrayView<int> kept, Counts counts)
        where T : unmanaged, ICacheElement<T>
    {
        int d = counts.HeadDim;
        // A plane is the keys, or the values, of one head in one layer.
        WorkRange share = WorkPartition.Of(counts.Planes);
        for (int plane = share.First; plane < share.End; plane += share.Step)
        {
            int layer = plane / (2 * counts.KvHeads), inLayer = plane % (2 * counts.KvHeads);
            long to = Start(layouts.Target[layer], inLayer, d), from = Start(layouts.Source[layer], inLayer, d);
            long chosen = (((long)layer * counts.KvHeads) + (inLayer % counts.KvHeads)) * counts.Kept;
            // No row moves up, and each thread of a group owns its elements of all rows, so none is overwritten before it is read.
            for (int j = 0; j < counts.Kept; j++)
                RowMath.Copy(target.SubView(to + ((long)j * d), d), source.SubView(from + ((long)kept[chosen + j] * d), d), d);
        }
    }

    internal static void ElementsKernel(ArrayView<float> values, ArrayView<int> kept, int stride, int planes, int count)
    {
        WorkRange share = WorkPartition.Of(planes);
        for (int plane = share.First; plane < share.End; plane += share.Step)
            RowCompaction.GatherElements(values.SubView((long)plane * stride, stride), kept.SubView((long)plane * count, count), count);
    }

    private static long Start(KeyValueCache.LayerLayout layout, int plane, int d) => layout.Start + ((long)plane * layout.Capacity * d);

    internal struct Layouts
    {
        public ArrayView<KeyValueCache.LayerLayout> Target;
        public ArrayView<KeyValueCache.LayerLayout> Source;
    }

    internal struct Counts
    {
        public int Planes;
        public int KvHeads;
        public int HeadDim;
        public int Kept;
    }
}
