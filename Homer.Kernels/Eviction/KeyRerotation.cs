using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#keyrerotation
/// <summary>
/// Rotates queries or cached keys by further positions: target = R(shift)·source. Rotations add up, R(a)·R(b) = R(a + b) (Su et al. 2021,
/// arXiv 2104.09864). So keys that are cached without rotation can take the positions of their rows (StreamingLLM, arXiv 2309.17453), and
/// keys at grouped positions their exact ones (SelfExtend, arXiv 2401.01325).
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class KeyRerotation(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<Float32>, ArrayView<int>, RopeTableView, Layout> float32 =
        device.Load<ArrayView<Float32>, ArrayView<Float32>, ArrayView<int>, RopeTableView, Layout>(Kernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, ArrayView<Float16>, ArrayView<int>, RopeTableView, Layout> float16 =
        device.Load<ArrayView<Float16>, ArrayView<Float16>, ArrayView<int>, RopeTableView, Layout>(Kernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<Float32>, Layout> copy32 =
        device.Load<ArrayView<Float32>, ArrayView<Float32>, Layout>(CopyKernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, ArrayView<Float16>, Layout> copy16 =
        device.Load<ArrayView<Float16>, ArrayView<Float16>, Layout>(CopyKernel);

    /// <summary>Rotates queries by further positions.</summary>
    /// <param name="target">Output [tokens, heads, head_dim]; may be <paramref name="source"/>.</param>
    /// <param name="source">[tokens, heads, head_dim].</param>
    /// <param name="shifts">The further positions [tokens], each less than the length of the table.</param>
    /// <param name="table">The RoPE table.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="headDim">Elements of a head.</param>
    public void LaunchQueries(
        ArrayView<float> target, ArrayView<float> source, ArrayView<int> shifts, RopeTableView table, int tokens, int heads, int headDim) =>
        float32(
            device.Grid(tokens * heads), target.Cast<Float32>(), source.Cast<Float32>(), shifts, table,
            new()
            {
                Rows = tokens,
                Heads = heads,
                HeadDim = headDim,
                Source = new() { Row = heads * headDim, Head = headDim },
                Target = new() { Row = heads * headDim, Head = headDim },
            });

    /// <summary>
    /// Copies rows of a layer into the only layer of another cache, with keys rotated by further positions and values unchanged.
    /// </summary>
    /// <param name="target">Output; of the same type, its rows from 0 on.</param>
    /// <param name="source">The layer, from the first row that is copied.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="shifts">The further positions [count], each less than the length of the table.</param>
    /// <param name="table">The RoPE table.</param>
    public void LaunchRows(KeyValueCache target, LayerRows source, int count, ArrayView<int> shifts, RopeTableView table)
    {
        ArgumentNullException.ThrowIfNull(target);
        KernelConfig grid = device.Grid(count * source.Cache.KvHeads);
        int d = source.Cache.HeadDim;
        var layout = new Layout
        {
            Rows = count,
            Heads = source.Cache.KvHeads,
            HeadDim = d,
            Source = new() { Start = (long)source.FirstRow * d, Row = d, Head = source.Cache.Capacity(source.Layer) * d },
            Target = new() { Row = d, Head = target.Capacity(0) * d },
        };
        if (source.Cache.Type == CacheType.Float32)
        {
            LayerViews<Float32> from = source.Views<Float32>();
            float32(grid, target.Keys<Float32>(0), from.Keys, shifts, table, layout);
            copy32(grid, target.Values<Float32>(0), from.Values, layout);
        }
        else
        {
            LayerViews<Float16> from = source.Views<Float16>();
            float16(grid, target.Keys<Float16>(0), from.Keys, shifts, table, layout);
            copy16(grid, target.Values<Float16>(0), from.Values, layout);
        }
    }

    internal static void Kernel<T>(ArrayView<T> target, ArrayView<T> source, ArrayView<int> shifts, RopeTableView table, Layout layout)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim, half = d / 2;
        WorkRange share = WorkPartition.Of(layout.Rows * layout.Heads);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int row = item % layout.Rows, head = item / layout.Rows;
            long angles = (long)shifts[row] * half;
            RotatedHead.Rotate(
                target.SubView(layout.Target.Of(row, head), d), source.SubView(layout.Source.Of(row, head), d),
                table.Cos.SubView(angles, half), table.Sin.SubView(angles, half), half);
        }
    }

    internal static void CopyKernel<T>(ArrayView<T> target, ArrayView<T> source, Layout layout)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim;
        WorkRange share = WorkPartition.Of(layout.Rows * layout.Heads);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int row = item % layout.Rows, head = item / layout.Rows;
            RowMath.Copy(target.SubView(layout.Target.Of(row, head), d), source.SubView(layout.Source.Of(row, head), d), d);
        }
    }

    internal struct Layout
    {
        public int Rows;
        public int Heads;
        public int HeadDim;
        public Side Source;
        public Side Target;
    }

    /// <summary>The places of the heads of rows; distances in elements.</summary>
    internal struct Side
    {
        public long Start;
        public int Row;
        public int Head;

        public readonly long Of(int row, int head) => Start + ((long)row * Row) + ((long)head * Head);
    }
}
