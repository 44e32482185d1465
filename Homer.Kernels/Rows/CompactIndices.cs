using Homer.Kernels.Backends;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#heavyhitters
/// <summary>Stream compaction of indices: lists, in ascending order, the values of a row that reach a threshold.</summary>
[HasGpuBody(typeof(CompactIndicesGpu))]
internal static unsafe class CompactIndices
{
    /// <summary>
    /// Writes the indices of the values above the threshold and of the first <paramref name="equal"/> values that equal it, ascending, and
    /// then
    /// the indices of the <paramref name="recent"/> rows that follow the values.
    /// </summary>
    /// <param name="kept">The indices [heavy + recent].</param>
    /// <param name="values">The values [n]; NaN counts as −∞.</param>
    /// <param name="n">The number of values.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="equal">The number of values to keep that equal the threshold.</param>
    /// <param name="heavy">The number of values to keep in all.</param>
    /// <param name="recent">The number of rows to keep that follow the values.</param>
    [IntrinsicImplementation]
    public static void Place(ArrayView<int> kept, ArrayView<float> values, int n, float threshold, int equal, int heavy, int recent) =>
        CompactIndicesCpu.Place(RowMath.Pointer(kept), RowMath.Pointer(values), n, threshold, equal, heavy, recent);
}
