using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Attention;

// Tour: docs/kernels.md#windows-and-soft-caps
/// <summary>The share of one group in attention with a window or a bound of scores; see <see cref="WindowedAttention"/>.</summary>
[HasGpuBody(typeof(WindowedTileGpu))]
internal static class WindowedTile
{
    /// <summary>Attends from the queries [tokens, heads, head_dim] of the calling group.</summary>
    [IntrinsicImplementation]
    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, SeenRows seen)
        where T : unmanaged, IWeightElement => WindowedTileCpu.Attend(output, query, cached, layout, seen);
}
