using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Llama;

/// <summary>
/// Causal attention with grouped-query heads, for prefill and decode alike: token t of this launch attends, by order and not by position,
/// to rows offset … offset + past + t of its layer of the cache. output = softmax(q·kᵀ / √head_dim)·v; query heads share the key head
/// h / (heads / kv_heads).
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Attention(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, int> float32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<Float32>, HeadLayout, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, int> float16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<Float16>, HeadLayout, int>(Kernel);

    /// <summary>Attends from <paramref name="tokens"/> tokens, whose own keys and values are in the cache already.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="query">[tokens, heads, head_dim], RoPE applied.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="offset">The first row that may be seen.</param>
    /// <param name="past">Rows from there that precede the first token of this launch.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads, a multiple of the cache's.</param>
    public void Launch(ArrayView<float> output, ArrayView<float> query, KeyValueCache cache, int layer, int offset, int past, int tokens, int heads)
    {
        KernelConfig grid = device.Grid(tokens * heads);
        var layout = new HeadLayout(cache, layer, offset, tokens, heads);
        if (cache.Type == CacheType.Float32)
            float32(grid, output, query, cache.Keys<Float32>(layer), cache.Values<Float32>(layer), layout, past);
        else
            float16(grid, output, query, cache.Keys<Float16>(layer), cache.Values<Float16>(layer), layout, past);
    }

    internal static void Kernel<T>(ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, HeadLayout layout, int past)
        where T : unmanaged, ICacheElement<T> =>
        AttentionTile.Attend(output, query, keys, values, layout, past, Grid.IdxX, Grid.DimX);
}
