using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Tensors;

/// <summary>
/// The keys and values of every layer, [kv_heads, capacity, head_dim] each, in one allocation: a head's rows lie together, as attention
/// reads them. Layers may have different capacities.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly DeviceBuffer<float> data;
    private readonly DeviceBuffer<LayerLayout> layouts;
    private readonly LayerLayout[] layers;

    /// <summary>Allocates the cache.</summary>
    /// <param name="device">The device.</param>
    /// <param name="capacities">Tokens that each layer has room for.</param>
    /// <param name="kvHeads">Key and value heads.</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public KeyValueCache(ComputeDevice device, IReadOnlyList<int> capacities, int kvHeads, int headDim)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(capacities);
        KvHeads = kvHeads;
        HeadDim = headDim;
        layers = new LayerLayout[capacities.Count];
        long start = 0;
        for (int l = 0; l < layers.Length; l++)
        {
            layers[l] = new() { Start = start, Capacity = capacities[l] };
            start += 2L * kvHeads * capacities[l] * headDim;
        }

        try
        {
            data = lifetime.Own(device.Allocate<float>(start, MemoryUse.Cache));
            layouts = lifetime.Own(device.Upload<LayerLayout>(layers, MemoryUse.Cache));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of device memory that a cache takes.</summary>
    /// <param name="capacities">Tokens that each layer has room for.</param>
    /// <param name="kvHeads">Key and value heads.</param>
    /// <param name="headDim">Elements of a head.</param>
    public static long BytesFor(IReadOnlyList<int> capacities, int kvHeads, int headDim)
    {
        ArgumentNullException.ThrowIfNull(capacities);
        return ComputeDevice.BytesFor<float>(2L * kvHeads * headDim * capacities.Sum(capacity => (long)capacity)) + ComputeDevice.BytesFor<LayerLayout>(capacities.Count);
    }

    /// <summary>The number of layers.</summary>
    public int LayerCount => layers.Length;

    /// <summary>Key and value heads.</summary>
    public int KvHeads { get; }

    /// <summary>Elements of a head.</summary>
    public int HeadDim { get; }

    /// <summary>Bytes of keys and values that the capacities make up.</summary>
    public long Bytes => data.Length * sizeof(float);

    /// <summary>All layers' keys and values, as <see cref="Layouts"/> tells them apart.</summary>
    public ArrayView<float> Data => data.View;

    /// <summary>Where each layer lies.</summary>
    public ArrayView<LayerLayout> Layouts => layouts.View;

    /// <summary>Tokens that the layer has room for; rows of neighbouring heads are this many apart.</summary>
    public int Capacity(int layer) => layers[layer].Capacity;

    /// <summary>The layer's keys [kv_heads, capacity, head_dim], RoPE applied.</summary>
    public ArrayView<float> Keys(int layer) => data.View.SubView(layers[layer].Start, Elements(layer));

    /// <summary>The layer's values [kv_heads, capacity, head_dim].</summary>
    public ArrayView<float> Values(int layer) => data.View.SubView(layers[layer].Start + Elements(layer), Elements(layer));

    /// <summary>Copies the layer's first <paramref name="tokens"/> rows of every head to the host.</summary>
    /// <returns>Keys and values, [kv_heads, tokens, head_dim] each.</returns>
    public (float[] Keys, float[] Values) Read(int layer, int tokens)
    {
        long row = (long)tokens * HeadDim, stride = (long)layers[layer].Capacity * HeadDim, start = layers[layer].Start;
        var keys = new float[KvHeads * row];
        var values = new float[KvHeads * row];
        for (int h = 0; h < KvHeads; h++)
        {
            data.Read(start + (h * stride), row).CopyTo(keys, h * row);
            data.Read(start + ((KvHeads + h) * stride), row).CopyTo(values, h * row);
        }

        return (keys, values);
    }

    /// <summary>Fills the layer's first rows of every head from the host.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keys">[kv_heads, tokens, head_dim].</param>
    /// <param name="values">[kv_heads, tokens, head_dim].</param>
    /// <param name="tokens">Rows of each head.</param>
    public void Write(int layer, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, int tokens)
    {
        int row = tokens * HeadDim;
        long stride = (long)layers[layer].Capacity * HeadDim, start = layers[layer].Start;
        for (int h = 0; h < KvHeads; h++)
        {
            data.Write(keys.Slice(h * row, row), start + (h * stride));
            data.Write(values.Slice(h * row, row), start + ((KvHeads + h) * stride));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();

    private long Elements(int layer) => (long)KvHeads * layers[layer].Capacity * HeadDim;

    /// <summary>Where one layer lies in <see cref="Data"/>: keys from <see cref="Start"/>, values right after them.</summary>
    public struct LayerLayout
    {
        /// <summary>The layer's first element.</summary>
        public long Start;

        /// <summary>Rows of each head.</summary>
        public int Capacity;
    }
}
