using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Rows;

/// <summary>Writes down, in order, which values of a row reach a threshold.</summary>
[HasGpuBody(typeof(CompactIndicesGpu))]
internal static unsafe class CompactIndices
{
    /// <summary>
    /// kept = the indices of values above the threshold and of the first <paramref name="equal"/> values that equal it, ascending, then those of the
    /// <paramref name="recent"/> rows that follow the values.
    /// </summary>
    /// <param name="kept">[heavy + recent].</param>
    /// <param name="values">[n]; what is not a number counts as −∞.</param>
    /// <param name="n">How many values there are.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="equal">How many values that equal it are kept.</param>
    /// <param name="heavy">How many values are kept in all.</param>
    /// <param name="recent">Rows to keep that follow them.</param>
    [IntrinsicImplementation]
    public static void Place(ArrayView<int> kept, ArrayView<float> values, int n, float threshold, int equal, int heavy, int recent)
    {
        int* index = (int*)kept.LoadEffectiveAddressAsPtr();
        float* v = RowMath.Pointer(values);
        int place = 0;
        for (int i = 0; i < n; i++)
        {
            float value = OrderedBits.Number(v[i]);
            if (value > threshold || (value == threshold && equal-- > 0))
                index[place++] = i;
        }

        for (int i = 0; i < recent; i++)
            index[heavy + i] = n + i;
    }
}
