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
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, HeadLayout, int> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, HeadLayout, int>(Kernel);

    /// <summary>Attends from <paramref name="tokens"/> tokens, whose own keys and values are in the cache already.</summary>
    /// <param name="output">[tokens, heads, head_dim].</param>
    /// <param name="query">[tokens, heads, head_dim], RoPE applied.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="offset">The first row that may be seen.</param>
    /// <param name="past">Rows from there that precede the first token of this launch.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads, a multiple of the cache's.</param>
    public void Launch(ArrayView<float> output, ArrayView<float> query, KeyValueCache cache, int layer, int offset, int past, int tokens, int heads) =>
        kernel(device.Grid(tokens * heads), output, query, cache.Keys(layer), cache.Values(layer), new(cache, layer, offset, tokens, heads), past);

    internal static void Kernel(
        ArrayView<float> output, ArrayView<float> query, ArrayView<float> keys, ArrayView<float> values, HeadLayout layout, int past) =>
        AttentionTile.Attend(output, query, keys, values, layout, past, Grid.IdxX, Grid.DimX);
}
