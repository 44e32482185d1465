using ILGPU;

namespace Homer.Kernels.Attention;

/// <summary>The queries [tokens, heads, head_dim], and the keys and values [tokens, kv_heads, head_dim] of some tokens.</summary>
public struct QueryKeyValue
{
    /// <summary>The queries [tokens, heads, head_dim].</summary>
    public ArrayView<float> Query;

    /// <summary>The keys [tokens, kv_heads, head_dim].</summary>
    public ArrayView<float> Key;

    /// <summary>The values [tokens, kv_heads, head_dim].</summary>
    public ArrayView<float> Value;
}
