using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.KvCache;

/// <summary>
/// The KV cache: the keys and values of every layer, [kv_heads, capacity, head_dim] each, in one allocation. The rows of a head lie
/// together, as attention reads them. Layers may have different capacities.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly IDisposable data;
    private readonly DeviceBuffer<LayerLayout> layouts;
    private readonly LayerLayout[] layers;

    /// <summary>Allocates the cache.</summary>
    /// <param name="device">The device.</param>
    /// <param name="capacities">The tokens that each layer has room for.</param>
    /// <param name="kvHeads">Key and value heads.</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <param name="type">The element type.</param>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public KeyValueCache(ComputeDevice device, IReadOnlyList<int> capacities, int kvHeads, int headDim, CacheType type = CacheType.Float32)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(capacities);
        KvHeads = kvHeads;
        HeadDim = headDim;
        Type = type;
        layers = new LayerLayout[capacities.Count];
        long start = 0;
        for (int l = 0; l < layers.Length; l++)
        {
            layers[l] = new() { Start = start, Capacity = capacities[l] };
            start += 2L * kvHeads * capacities[l] * headDim;
        }

        Length = start;
        try
        {
            data = type == CacheType.Float32
                ? lifetime.Own(device.Allocate<Float32>(Length, MemoryUse.Cache))
                : lifetime.Own(device.Allocate<Float16>(Length, MemoryUse.Cache));
            layouts = lifetime.Own(device.Upload<LayerLayout>(layers, MemoryUse.Cache));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of device memory that a cache takes.</summary>
    /// <param name="capacities">The tokens that each layer has room for.</param>
    /// <param name="kvHeads">Key and value heads.</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <param name="type">The element type.</param>
    public static long BytesFor(IReadOnlyList<int> capacities, int kvHeads, int headDim, CacheType type)
    {
        ArgumentNullException.ThrowIfNull(capacities);
        long length = 2L * kvHeads * headDim * capacities.Sum(capacity => (long)capacity);
        return (type == CacheType.Float32 ? ComputeDevice.BytesFor<Float32>(length) : ComputeDevice.BytesFor<Float16>(length))
            + ComputeDevice.BytesFor<LayerLayout>(capacities.Count);
    }

    /// <summary>The number of layers.</summary>
    public int LayerCount => layers.Length;

    /// <summary>The number of key heads, which is also the number of value heads.</summary>
    public int KvHeads { get; }

    /// <summary>The elements of a head (head_dim).</summary>
    public int HeadDim { get; }

    /// <summary>The element type of keys and values.</summary>
    public CacheType Type { get; }

    /// <summary>The number of elements of all keys and values.</summary>
    public long Length { get; }

    /// <summary>The bytes of all keys and values.</summary>
    public long Bytes => Length * (Type == CacheType.Float32 ? sizeof(float) : sizeof(ushort));

    /// <summary>The place of each layer in <see cref="Data"/> [layers].</summary>
    public ArrayView<LayerLayout> Layouts => layouts.View;

    /// <summary>Returns the keys and values of all layers; <see cref="Layouts"/> finds a layer in them.</summary>
    /// <typeparam name="T">The element that <see cref="Type"/> names.</typeparam>
    public ArrayView<T> Data<T>()
        where T : unmanaged, ICacheElement<T> => Buffer<T>().View;

    /// <summary>Returns <see cref="Data"/> as words, whatever its type; head_dim is even, so that rows fill words of 4 bytes.</summary>
    internal ArrayView<T> WordsOf<T>()
        where T : unmanaged, ICopyUnit<T> => Type == CacheType.Float32 ? Data<Float32>().Cast<T>() : Data<Float16>().Cast<T>();

    /// <summary>The bytes of a row: one head of one token.</summary>
    internal int RowBytes => HeadDim * (Type == CacheType.Float32 ? sizeof(float) : sizeof(ushort));

    /// <summary>Returns the tokens that a layer has room for; rows of neighbouring heads are this many apart.</summary>
    public int Capacity(int layer) => layers[layer].Capacity;

    /// <summary>Returns a layer's keys [kv_heads, capacity, head_dim], RoPE applied.</summary>
    /// <typeparam name="T">The element that <see cref="Type"/> names.</typeparam>
    public ArrayView<T> Keys<T>(int layer)
        where T : unmanaged, ICacheElement<T> => Data<T>().SubView(layers[layer].Start, Elements(layer));

    /// <summary>Returns a layer's values [kv_heads, capacity, head_dim].</summary>
    /// <typeparam name="T">The element that <see cref="Type"/> names.</typeparam>
    public ArrayView<T> Values<T>(int layer)
        where T : unmanaged, ICacheElement<T> => Data<T>().SubView(layers[layer].Start + Elements(layer), Elements(layer));

    /// <summary>Returns the device address of a layer's keys.</summary>
    internal long KeyAddress(int layer) =>
        Type == CacheType.Float32 ? DeviceAddress.Of(Keys<Float32>(layer)) : DeviceAddress.Of(Keys<Float16>(layer));

    /// <summary>Returns the device address of a layer's values.</summary>
    internal long ValueAddress(int layer) =>
        Type == CacheType.Float32 ? DeviceAddress.Of(Values<Float32>(layer)) : DeviceAddress.Of(Values<Float16>(layer));

    /// <summary>Copies the first <paramref name="tokens"/> rows of every head of a layer to the host.</summary>
    /// <returns>Keys and values, [kv_heads, tokens, head_dim] each.</returns>
    /// <exception cref="HomerException">They have more elements than an array can hold.</exception>
    public (float[] Keys, float[] Values) Read(int layer, int tokens) =>
        (ReadPlanes(layer, 0, tokens), ReadPlanes(layer, KvHeads, tokens));

    /// <summary>
    /// Copies the first rows of one plane of a layer to the host: the keys of each head come first, then the values of each.
    /// </summary>
    /// <returns>[tokens, head_dim].</returns>
    public float[] ReadPlane(int layer, int plane, int tokens)
    {
        long start = PlaneStart(layer, plane), count = (long)tokens * HeadDim;
        return Type == CacheType.Float32 ? Read<Float32>() : Read<Float16>();

        float[] Read<T>()
            where T : unmanaged, ICacheElement<T> => Array.ConvertAll(Buffer<T>().Read(start, count), element => element.ToSingle());
    }

    /// <summary>Fills the first rows of every head of a layer from the host.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keys">[kv_heads, tokens, head_dim].</param>
    /// <param name="values">[kv_heads, tokens, head_dim].</param>
    /// <param name="tokens">Rows of each head.</param>
    /// <exception cref="ArgumentException">There are more or fewer elements than that.</exception>
    public void Write(int layer, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, int tokens)
    {
        long elements = (long)KvHeads * tokens * HeadDim;
        if (keys.Length != elements || values.Length != elements)
            throw new ArgumentException($"{tokens} tokens have {elements} elements, not {keys.Length} and {values.Length}.", nameof(keys));
        if (Type == CacheType.Float32)
        {
            WritePlanes<Float32>(layer, 0, keys, tokens);
            WritePlanes<Float32>(layer, KvHeads, values, tokens);
        }
        else
        {
            WritePlanes<Float16>(layer, 0, keys, tokens);
            WritePlanes<Float16>(layer, KvHeads, values, tokens);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();

    private long Elements(int layer) => (long)KvHeads * layers[layer].Capacity * HeadDim;

    private DeviceBuffer<T> Buffer<T>()
        where T : unmanaged => (DeviceBuffer<T>)data;

    /// <summary>Returns the first element of a plane: the keys of each head come first, then the values of each.</summary>
    private long PlaneStart(int layer, int plane) => layers[layer].Start + ((long)plane * layers[layer].Capacity * HeadDim);

    private float[] ReadPlanes(int layer, int first, int tokens)
    {
        long row = (long)tokens * HeadDim, all = KvHeads * row;
        if (all > Array.MaxLength)
        {
            throw new HomerException(
                $"The keys of layer {layer} have {all:N0} elements, more than an array can hold: the text is too long for this; "
                + "use a method that keeps fewer tokens.");
        }

        var result = new float[all];
        for (int h = 0; h < KvHeads; h++)
            ReadPlane(layer, first + h, tokens).CopyTo(result, h * row);
        return result;
    }

    private void WritePlanes<T>(int layer, int first, ReadOnlySpan<float> source, int tokens)
        where T : unmanaged, ICacheElement<T>
    {
        var plane = new T[tokens * HeadDim];
        for (int h = 0; h < KvHeads; h++)
        {
            for (int i = 0; i < plane.Length; i++)
                plane[i] = default(T).FromSingle(source[(h * plane.Length) + i]);
            Buffer<T>().Write(plane, PlaneStart(layer, first + h));
        }
    }

    /// <summary>The place of one layer in <see cref="Data"/>: keys from <see cref="Start"/> on, values right after them.</summary>
    public struct LayerLayout
    {
        /// <summary>The layer's first element.</summary>
        public long Start;

        /// <summary>The rows of each head.</summary>
        public int Capacity;
    }
}
