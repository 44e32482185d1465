using ILGPU;

namespace Homer.Kernels.Eviction;

/// <summary>The queries of SelfExtend in both versions.</summary>
public struct BilevelQueries
{
    /// <summary>The queries at exact positions [tokens, heads, head_dim].</summary>
    public ArrayView<float> Near;

    /// <summary>The queries at grouped positions [tokens, heads, head_dim].</summary>
    public ArrayView<float> Far;
}
