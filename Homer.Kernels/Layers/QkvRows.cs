using Homer.Kernels.Attention;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Layers.Cpu;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The fused input of attention for few rows of x: norm, projections, RoPE, and keys and values stored in the cache. A group owns whole
/// pairs of elements that are rotated together, so that it waits for no other group.
/// </summary>
[HasGpuBody(typeof(QkvRowsGpu))]
internal static class QkvRows
{
    /// <summary>Computes this group's share of the queries, and of the keys and values that are appended to the cache.</summary>
    [IntrinsicImplementation]
    public static void Run<TWeights, TCache>(
        NormedRows x, QkvWeights<TWeights> weights, ArrayView<float> query, LayerViews<TCache> target, ArrayView<int> positions,
        RopeTableView table, HeadLayout layout)
        where TWeights : struct, IWeightRows<TWeights>
        where TCache : unmanaged, ICacheElement<TCache> => QkvRowsCpu.Run(x, weights, query, target, positions, table, layout);
}

/// <summary>
/// The weights of queries [heads · head_dim, hidden_size], keys and values [kv_heads · head_dim, hidden_size], as one parameter of a
/// kernel.
/// </summary>
internal struct QkvWeights<TWeights>
    where TWeights : struct
{
    public TWeights Query;
    public TWeights Key;
    public TWeights Value;
}
