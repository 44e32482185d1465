using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#heavyhitters
/// <summary>
/// Selects the rows that each head keeps: the last ones, and of those before them the ones of most attention, ties to the earlier row (H2O,
/// Zhang et al. 2023, arXiv 2306.14048; with attention pooled over neighbours, SnapKV, Li et al. 2024, arXiv 2404.14469).
/// </summary>
/// <remarks>
/// 1. A group finds a head's threshold by halving. 2. It counts off the rows that reach it. That is about 32 passes, where ranking every
/// row against every other would take one pass per row.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class HeavyHitters(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, Shape, int> pool =
        device.Load<ArrayView<float>, ArrayView<float>, Shape, int>(PoolKernel);

    private readonly Action<KernelConfig, ArrayView<int>, ArrayView<float>, Shape> select =
        device.Load<ArrayView<int>, ArrayView<float>, Shape>(SelectKernel);

    /// <summary>Replaces each element by the largest of the <paramref name="width"/> elements centred on it.</summary>
    /// <param name="pooled">Output [planes, stride]; in each plane, the rows before the recent ones are written.</param>
    /// <param name="mass">[planes, stride].</param>
    /// <param name="shape">The planes.</param>
    /// <param name="width">The odd width of the window.</param>
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
            float max = WindowMax.Of(mass.SubView(start, candidates), 0, candidates, row, radius);
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
            // Where no row is wanted there is no range to halve: nothing is above +∞.
            float lowest = shape.Heavy == 0 ? float.PositiveInfinity : float.NegativeInfinity;
            float threshold = ThresholdSearch.Largest(
                values, candidates, shape.Heavy, float.NegativeInfinity, lowest, float.PositiveInfinity);
            int above = Reductions.AtLeast(values, candidates, OrderedBits.ToFloat(OrderedBits.Of(threshold) + 1)).Count;
            CompactIndices.Place(rows, values, candidates, threshold, shape.Heavy - above, shape.Heavy, shape.Recent);
        }
    }

    /// <summary>The shape of planes of rows, of which each belongs to one head of one layer.</summary>
    public struct Shape
    {
        /// <summary>The number of planes.</summary>
        public int Planes;

        /// <summary>The elements from one plane to the next.</summary>
        public int Stride;

        /// <summary>The rows of each plane.</summary>
        public int Rows;

        /// <summary>The rows to keep by their mass, at most Rows − Recent.</summary>
        public int Heavy;

        /// <summary>The rows to keep at the end.</summary>
        public int Recent;
    }
}
