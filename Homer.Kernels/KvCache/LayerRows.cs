using Homer.Kernels.Elements;

namespace Homer.Kernels.KvCache;

/// <summary>The rows of one layer of a cache from a first row on, in all key heads.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Layer">The layer of the cache.</param>
/// <param name="FirstRow">The first row: the first that may be read, or the first that is written.</param>
public readonly record struct LayerRows(KeyValueCache Cache, int Layer, int FirstRow = 0)
{
    /// <summary><inheritdoc cref="LayerRows" path="/param[@name='Cache']/node()"/></summary>
    public KeyValueCache Cache { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = Cache ?? throw new ArgumentNullException(nameof(Cache));

    /// <summary>Returns the rows that begin <paramref name="rows"/> rows after these.</summary>
    public LayerRows Skip(int rows) => this with { FirstRow = FirstRow + rows };

    /// <summary>The keys and values of the whole layer; <see cref="HeadLayout.CacheRow"/> finds a row in them.</summary>
    /// <typeparam name="T">The element that <see cref="KeyValueCache.Type"/> names.</typeparam>
    internal LayerViews<T> Views<T>()
        where T : unmanaged, ICacheElement<T> => new() { Keys = Cache.Keys<T>(Layer), Values = Cache.Values<T>(Layer) };

    /// <summary>The device addresses of the whole layer's keys and values.</summary>
    internal LayerAddresses Addresses => new() { Keys = Cache.KeyAddress(Layer), Values = Cache.ValueAddress(Layer) };
}
