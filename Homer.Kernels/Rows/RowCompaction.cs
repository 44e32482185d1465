using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#survivorcompaction
/// <summary>
/// In-place stream compaction: moves rows towards the start of their array. Sources never lie before their targets and targets ascend, so
/// nothing is overwritten before it has been read.
/// </summary>
/// <remarks>
/// Rows are moved in slices of columns that do not depend on each other: whole rows on the CPU, 128 bytes of each row on a GPU.
/// </remarks>
[HasGpuBody(typeof(RowCompactionGpu))]
internal static unsafe class RowCompaction
{
    /// <summary>
    /// Returns the number of slices in which rows of <paramref name="width"/> units are moved; each slice is one item of work.
    /// </summary>
    public static int Slices(ComputeDevice device, int width) =>
        device.GroupSize == 1 ? 1 : (width + RowCompactionGpu.Columns - 1) / RowCompactionGpu.Columns;

    /// <summary>Moves row kept[j] to row j, for j &lt; count, which is at least 1; kept ascends.</summary>
    [IntrinsicImplementation]
    public static void Gather<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width, int slice)
        where T : unmanaged, ICopyUnit<T> => RowCompactionCpu.Gather(RowMath.Pointer(rows), RowMath.Pointer(kept), count, width);

    /// <summary>Moves element kept[j], of 4 bytes, to element j, for j &lt; count, which is at least 1; kept ascends.</summary>
    [IntrinsicImplementation]
    public static void GatherElements<T>(ArrayView<T> elements, ArrayView<int> kept, int count)
        where T : unmanaged => RowCompactionCpu.GatherElements(RowMath.Pointer(elements), RowMath.Pointer(kept), count);

    /// <summary>Moves rows from … from + count − 1 to rows to … to + count − 1; to ≤ from, and from is at least 1.</summary>
    [IntrinsicImplementation]
    public static void Down<T>(ArrayView<T> rows, int to, int from, int count, int width, int slice)
        where T : unmanaged, ICopyUnit<T> => RowCompactionCpu.Move(RowMath.Pointer(rows), to, from, count, width);

    /// <summary>Copies source[i] to target[i] for i &lt; n; they do not overlap.</summary>
    [IntrinsicImplementation]
    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged, ICopyUnit<T> => RowMathCpu.Copy(RowMath.Pointer(target), RowMath.Pointer(source), n);
}
