using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Merging;

/// <summary>
/// Copies what a chunk's first tokens hold, the keys and values of its first layers and their hidden states, to contiguous memory of its
/// own, or back: [layers, 2 · kv_heads, tokens, head_dim] in the cache's element type, then [tokens, hidden_size].
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class LeafTransfer(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<Float32>, int, int, int> float32 =
        device.Load<ArrayView<Float32>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<Float32>, int, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float16>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<Float16>, int, int, int> float16 =
        device.Load<ArrayView<Float16>, ArrayView<KeyValueCache.LayerLayout>, ArrayView<LayerSpan>, ArrayView<Float16>, int, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int> rowsKernel =
        device.Load<ArrayView<float>, ArrayView<float>, int, int>(RowsKernel);

    /// <summary>32-bit words that <paramref name="tokens"/> tokens take.</summary>
    public static long WordsFor(int tokens, int layers, int kvHeads, int headDim, int width, CacheType type)
    {
        long elements = 2L * layers * kvHeads * tokens * headDim;
        // head_dim is even: 16-bit elements fill whole words.
        return (type == CacheType.Float32 ? elements : elements / 2) + ((long)tokens * width);
    }

    /// <summary>Copies out of the chunk.</summary>
    /// <param name="packed">The contiguous memory.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="spans">[layers]: where the chunk begins in each layer.</param>
    /// <param name="layers">The layers that it has been through.</param>
    /// <param name="hidden">Its hidden states [tokens, hidden_size].</param>
    /// <param name="tokens">Its first tokens, which are copied.</param>
    public void LaunchSave(ArrayView<int> packed, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens) =>
        Launch(packed, cache, spans, layers, hidden, tokens, save: true);

    /// <summary>Copies back into a chunk; the parameters are those of <see cref="LaunchSave"/>.</summary>
    public void LaunchRestore(ArrayView<int> packed, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens) =>
        Launch(packed, cache, spans, layers, hidden, tokens, save: false);

    internal static void CacheKernel<T>(
        ArrayView<T> data, ArrayView<KeyValueCache.LayerLayout> layouts, ArrayView<LayerSpan> spans, ArrayView<T> packed, int planes, int length, int save)
        where T : unmanaged, ICacheElement<T>
    {
        // A plane is the keys, or the values, of one head in one layer; length counts its elements.
        ItemShare share = Sharing.Of(planes);
        for (int plane = share.First; plane < share.End; plane += share.Step)
        {
            int perLayer = planes / spans.IntLength, layer = plane / perLayer, d = length / spans[layer].Left;
            long start = layouts[layer].Start + (((long)(plane % perLayer) * layouts[layer].Capacity + spans[layer].Offset) * d);
            ArrayView<T> inChunk = data.SubView(start, length), inPacked = packed.SubView((long)plane * length, length);
            if (save != 0)
                Rows.Copy(inPacked, inChunk, length);
            else
                Rows.Copy(inChunk, inPacked, length);
        }
    }

    internal static void RowsKernel(ArrayView<float> target, ArrayView<float> source, int rows, int width)
    {
        ItemShare share = Sharing.Of(rows);
        for (int row = share.First; row < share.End; row += share.Step)
            Rows.Copy(target.SubView((long)row * width, width), source.SubView((long)row * width, width), width);
    }

    private void Launch(ArrayView<int> packed, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens, bool save)
    {
        int planes = layers * 2 * cache.KvHeads, length = tokens * cache.HeadDim, flag = save ? 1 : 0, width = (int)(hidden.Length / tokens);
        KernelConfig grid = device.Grid(planes);
        ArrayView<LayerSpan> where = spans.SubView(0, layers);
        if (cache.Type == CacheType.Float32)
            float32(grid, cache.Data<Float32>(), cache.Layouts, where, packed.Cast<Float32>(), planes, length, flag);
        else
            float16(grid, cache.Data<Float16>(), cache.Layouts, where, packed.Cast<Float16>(), planes, length, flag);
        ArrayView<float> packedHidden = packed.SubView(packed.Length - hidden.Length, hidden.Length).Cast<float>();
        if (save)
            rowsKernel(device.Grid(tokens), packedHidden, hidden, tokens, width);
        else
            rowsKernel(device.Grid(tokens), hidden, packedHidden, tokens, width);
    }
}
