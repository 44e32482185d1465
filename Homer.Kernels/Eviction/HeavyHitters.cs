using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Merging;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Eviction;

/// <summary>
/// Which rows each head keeps: the last ones, and of those before them the ones of most attention, ties to the earlier row (H2O, Zhang et al.
/// 2023, arXiv 2306.14048; with attention pooled over neighbours, SnapKV, Li et al. 2024, arXiv 2404.14469).
/// </summary>
/// <remarks>
/// Each group finds a head's threshold by halving and then counts off who reaches it: about 32 passes, where ranking every row against every
/// other would take as many as there are rows.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class HeavyHitters(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, Shape, int> pool =
        device.Load<ArrayView<float>, ArrayView<float>, Shape, int>(PoolKernel);

    private readonly Action<KernelConfig, ArrayView<int>, ArrayView<float>, Shape> select =
        device.Load<ArrayView<int>, ArrayView<float>, Shape>(SelectKernel);

    /// <summary>Replaces each element by the largest of the <paramref name="width"/> elements centred on it.</summary>
    /// <param name="pooled">Output [planes, stride], of each plane the rows before the recent ones.</param>
    /// <param name="mass">[planes, stride].</param>
    /// <param name="shape">The planes.</param>
    /// <param name="width">Odd.</param>
    public void LaunchPool(ArrayView<float> pooled, ArrayView<float> mass, Shape shape, int width) =>
        pool(device.Grid(shape.Planes * (shape.Rows - shape.Recent)), pooled, mass, shape, width / 2);

    /// <summary>Selects the rows of every plane.</summary>
    /// <param name="kept">Output [planes, heavy + recent]: rows, ascending.</param>
    /// <param name="mass">[planes, stride].</param>
    /// <param name="shape">The planes.</param>
    public void Launch(ArrayView<int> kept, ArrayView<float> mass, Shape shape) => select(device.Grid(shape.Planes), kept, mass, shape);

    internal static void PoolKernel(ArrayView<float> pooled, ArrayView<float> mass, Shape shape, int radius)
    {
        int candidates = shape.Rows - shape.Recent;
        WorkRange share = WorkPartition.Of(shape.Planes * candidates);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int row = item % candidates;
            long start = (long)(item / candidates) * shape.Stride;
            float max = TokenSelection.Pooled(mass.SubView(start, candidates), 0, candidates, row, radius);
            if (Group.IdxX == 0)
                pooled[start + row] = max;
        }
    }

    internal static void SelectKernel(ArrayView<int> kept, ArrayView<float> mass, Shape shape)
    {
        int candidates = shape.Rows - shape.Recent, count = shape.Heavy + shape.Recent;
        WorkRange share = WorkPartition.Of(shape.Planes);
        for (int plane = share.First; plane < share.End; plane += share.Step)
        {
            ArrayView<int> rows = kept.SubView((long)plane * count, count);
            ArrayView<float> values = mass.SubView((long)plane * shape.Stride, candidates);
            // No values are enough where none are wanted, so that there is no range to halve: nothing is above +∞.
            float lowest = shape.Heavy == 0 ? float.PositiveInfinity : float.NegativeInfinity;
            float threshold = ThresholdSearch.Largest(values, candidates, shape.Heavy, float.NegativeInfinity, lowest, float.PositiveInfinity);
            int above = Reductions.AtLeast(values, candidates, OrderedBits.ToFloat(OrderedBits.Of(threshold) + 1)).Count;
            CompactIndices.Place(rows, values, candidates, threshold, shape.Heavy - above, shape.Heavy, shape.Recent);
        }
    }

    /// <summary>Planes of rows: a plane is a head of a layer.</summary>
    public struct Shape
    {
        /// <summary>Heads of all layers.</summary>
        public int Planes;

        /// <summary>From one plane to the next, in elements.</summary>
        public int Stride;

        /// <summary>Rows of each plane.</summary>
        public int Rows;

        /// <summary>Rows to keep by their mass, at most Rows − Recent.</summary>
        public int Heavy;

        /// <summary>Rows to keep at the end.</summary>
        public int Recent;
    }
}
