using ILGPU;

namespace Homer.Kernels.KvCache;

/// <summary>The keys and values of a layer, [kv_heads, capacity, head_dim] each; a parameter of kernels.</summary>
internal struct LayerViews<T>
    where T : unmanaged
{
    public ArrayView<T> Keys;
    public ArrayView<T> Values;
}

/// <summary>The device addresses of a layer's keys and values, for kernels on tensor cores.</summary>
internal struct LayerAddresses
{
    public long Keys;
    public long Values;

    /// <summary>Returns whether keys and values are aligned to <paramref name="bytes"/>, a power of two.</summary>
    public readonly bool AreAlignedTo(int bytes) => (Keys | Values) % bytes == 0;
}
