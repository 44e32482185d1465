using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Attention;

// Tour: docs/kernels.md#causalattention
/// <summary>The share of one group in causal attention; see <see cref="CausalAttention"/> for the maths and the shapes.</summary>
[HasGpuBody(typeof(AttentionTileGpu))]
internal static class AttentionTile
{
    /// <summary>Attends from the queries [tokens, heads, head_dim] of the calling group.</summary>
    [IntrinsicImplementation]
    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, int past)
        where T : unmanaged, IWeightElement => AttentionTileCpu.Attend(output, query, cached, layout, past);
}
