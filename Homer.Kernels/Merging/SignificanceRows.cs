using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging.Cpu;
using Homer.Kernels.Merging.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#significance
/// <summary>The share of one group in scoring a chunk's tokens; see <see cref="Significance"/>.</summary>
[HasGpuBody(typeof(SignificanceRowsGpu))]
internal static class SignificanceRows
{
    /// <summary>Scores the tokens of the calling group.</summary>
    [IntrinsicImplementation]
    public static void Run<T>(
        ArrayView<float> significance, ArrayView<float> query, ArrayView<T> keys, ArrayView<int> positions, LayerCalibration calibration,
        HeadLayout layout, int accumulate)
        where T : unmanaged, ICacheElement<T> =>
        SignificanceRowsCpu.Run(significance, query, keys, positions, calibration, layout, accumulate);
}
