using Homer.Engine.Generation;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Reading.Leaves;

/// <summary>
/// A store for the parts of leaves that do not depend on the question. Attention is causal, so the keys, values and hidden states of prefix
/// and document do not depend on what follows them. A further question about the same document then computes only its own tokens and the
/// merged chunks; the result is identical to the bit. Dispose the store before the model's device.
/// </summary>
/// <remarks>A leaf has a key and is an array of 32-bit words. Leaves that a reading does not need are removed.</remarks>
public abstract class LeafStore : IDisposable
{
    // An automatic store takes at most 1/4 of the free memory.
    private const int FreeShare = 4;

    /// <summary>The number of bytes of all kept leaves, on the device or elsewhere.</summary>
    public abstract long Bytes { get; }

    /// <summary>The number of bytes of device memory that are held now.</summary>
    public abstract long DeviceBytes { get; }

    /// <summary>The number of leaves that the last reading took from the store.</summary>
    public int Reused { get; internal set; }

    /// <summary>The number of document tokens that a chunk had room for when the leaves were read; null where none are kept.</summary>
    internal virtual int? DocumentRoom { get; private protected set; }

    /// <summary>Creates a store in device memory, the fastest one.</summary>
    public static LeafStore OnDevice() => new DeviceLeafStore();

    /// <summary>Creates a store in host memory; the device holds one leaf at a time.</summary>
    public static LeafStore OnHost() => new HostLeafStore();

    /// <summary>
    /// Creates a store in a file, which a later process can use again. A file that does not fit a reading is replaced when the reading is
    /// complete.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="HomerException">The file is there but holds no leaves, does not say what made them, or is broken.</exception>
    public static LeafStore InFile(string path) => new FileLeafStore(path);

    /// <summary>Refuses a path at which no store can be kept; a file that looks like one is opened later.</summary>
    /// <exception cref="HomerException">There is something that is no file of leaves, and would have to be replaced.</exception>
    internal static void RequireReplaceable(string path) => FileLeafStore.RequireReplaceable(path);

    /// <summary>
    /// Creates the fastest store that has room: on the device, within the rest of a memory budget or else in 1/4 of the free memory; or on
    /// the host, in 1/4 of its memory. Returns null where neither has room.
    /// </summary>
    /// <param name="reading">The reading whose leaves are to be kept.</param>
    /// <param name="generation">The settings of the continuation; null where the context is not continued.</param>
    /// <param name="budget">The most bytes that the device may hold at once; null for no limit.</param>
    public static LeafStore? Automatic(PlannedReading reading, GenerationOptions? generation = null, long? budget = null)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ComputeDevice device = reading.Request.Model.Device;
        long bytes = reading.KeptBytes, room = budget is { } limit
            ? limit - reading.Forecast(generation).Memory.PeakBytes
            : (device.Description.MemoryBytes - device.Memory.InUse) / FreeShare;
        if (bytes <= room)
            return OnDevice();
        return !device.SharesHostMemory && bytes <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / FreeShare ? OnHost() : null;
    }

    /// <summary>Returns the bytes of device memory that keeping leaves takes.</summary>
    /// <param name="words">The length of a leaf in 32-bit words.</param>
    /// <param name="leaves">The number of leaves.</param>
    internal abstract long DeviceBytesFor(long words, int leaves);

    /// <summary>Begins a reading: leaves of its keys stay or will be written, in this order; others are removed.</summary>
    /// <param name="device">The device of the reading.</param>
    /// <param name="set">The leaves of the reading.</param>
    /// <exception cref="HomerException">The store is a file whose leaves were made with something else.</exception>
    internal abstract void Begin(ComputeDevice device, LeafSet set);

    /// <summary>Returns device memory that holds a leaf, valid until the next call; null where the leaf is not kept.</summary>
    internal abstract ArrayView<int>? Read(string key);

    /// <summary>Returns device memory for a leaf that is not kept yet.</summary>
    internal abstract ArrayView<int> BeginWrite(string key);

    /// <summary>Keeps the leaf that kernels launched since <see cref="BeginWrite"/> write to that memory.</summary>
    internal abstract void EndWrite(string key);

    /// <inheritdoc/>
    public abstract void Dispose();
}
