using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Eviction.Cpu;
using Homer.Kernels.Eviction.Gpu;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Eviction;

// Tour: docs/kernels.md#attentionmass
/// <summary>The two passes of <see cref="AttentionMass"/> over its scores.</summary>
[HasGpuBody(typeof(MassRowsGpu))]
internal static class MassRows
{
    /// <summary>The keys of a tile: one per thread of a group.</summary>
    public const int Tile = GpuGroup.Size;

    /// <summary>Returns ln Σ exp(query·keyⱼ / √d) over keys [count, d], to every thread of the group.</summary>
    [IntrinsicImplementation]
    public static float LogSumExp<T>(ArrayView<float> query, ArrayView<T> keys, int count, int d)
        where T : unmanaged, IWeightElement => MassRowsCpu.LogSumExp(query, keys, count, d);

    /// <summary>
    /// Computes mass[j] = (j &lt; known ? mass[j] : 0) + Σ exp(q·keyⱼ / √d − normalizer) over the tokens t ≥ first token + j and the query
    /// heads that share the key head.
    /// </summary>
    /// <param name="mass">[width].</param>
    /// <param name="query">[tokens, heads, d].</param>
    /// <param name="keys">[width, d].</param>
    /// <param name="normalizers">[tokens, heads].</param>
    /// <param name="layout">The numbers of tokens and heads.</param>
    /// <param name="tile">The tile of keys.</param>
    [IntrinsicImplementation]
    public static void Add<T>(
        ArrayView<float> mass, ArrayView<float> query, ArrayView<T> keys, ArrayView<float> normalizers, HeadLayout layout, MassTile tile)
        where T : unmanaged, IWeightElement => MassRowsCpu.Add(mass, query, keys, normalizers, layout, tile);
}
