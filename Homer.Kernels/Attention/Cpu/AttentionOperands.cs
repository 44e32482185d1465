using Homer.Kernels.KvCache;

namespace Homer.Kernels.Attention.Cpu;

/// <summary>Pointers to what attention reads and writes on the CPU, and their layout.</summary>
internal unsafe struct AttentionOperands<T>
    where T : unmanaged
{
    /// <summary>[tokens, heads, head_dim].</summary>
    public float* Output;

    /// <summary>[tokens, heads, head_dim].</summary>
    public float* Query;

    /// <summary>The layer's keys [kv_heads, capacity, head_dim].</summary>
    public T* Keys;

    /// <summary>The layer's values [kv_heads, capacity, head_dim].</summary>
    public T* Values;

    public HeadLayout Layout;

    /// <summary>The rows that each token sees, and the bound of its scores.</summary>
    public SeenRows Seen;
}
