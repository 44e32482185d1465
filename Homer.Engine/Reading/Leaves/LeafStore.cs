using Homer.Engine.Generation;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Reading.Leaves;

/// <summary>
/// A place that keeps the part of a document's leaves that does not depend on the question. Attention is causal, so keys, values and hidden
/// states of prefix and document are the same whatever follows them. A further question over the same document then computes its own tokens
/// and the merged chunks alone; the result is, to the bit, that of asking afresh. Dispose it before the model's device.
/// </summary>
/// <remarks>Leaves are stored by keys, each as a number of 32-bit words. Leaves that a reading does not need are given up.</remarks>
public abstract class LeafStore : IDisposable
{
    // Automatic places take at most this part of the free memory.
    private const int FreeShare = 4;

    /// <summary>The number of bytes that are kept, wherever they are.</summary>
    public abstract long Bytes { get; }

    /// <summary>The number of bytes of device memory that are held now.</summary>
    public abstract long DeviceBytes { get; }

    /// <summary>The number of leaves that the last reading found here.</summary>
    public int Reused { get; internal set; }

    /// <summary>The number of document tokens that a chunk had room for when the leaves were read; null where none are kept.</summary>
    internal virtual int? DocumentRoom { get; private protected set; }

    /// <summary>Keeps leaves in the model's device memory, the fastest place.</summary>
    public static LeafStore OnDevice() => new DeviceLeafStore();

    /// <summary>Keeps leaves in host memory: the device holds one leaf at a time.</summary>
    public static LeafStore OnHost() => new HostLeafStore();

    /// <summary>
    /// Keeps leaves in a file, which a later process can use again. A file that does not fit the reading is replaced once the reading is
    /// complete.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="HomerException">The file is there but holds no leaves, or is broken.</exception>
    public static LeafStore InFile(string path) => new FileLeafStore(path);

    /// <summary>
    /// Chooses the fastest place that has room: the device, within the rest of a memory budget or else in a quarter of its free memory; or
    /// the host, in a quarter of its memory; null where neither has room.
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

    /// <summary>Begins a reading: leaves of these keys stay or will be written, in this order; others are given up.</summary>
    /// <param name="device">The device of the reading.</param>
    /// <param name="keys">The keys of all leaves, from left to right.</param>
    /// <param name="documentRoom">The number of document tokens that a chunk has room for.</param>
    /// <param name="words">The length of a leaf in 32-bit words.</param>
    internal abstract void Begin(ComputeDevice device, IReadOnlyList<string> keys, int documentRoom, long words);

    /// <summary>Returns device memory with a leaf that is kept, or null; valid until the next call.</summary>
    internal abstract ArrayView<int>? Read(string key);

    /// <summary>Returns device memory for a leaf that is not kept yet.</summary>
    internal abstract ArrayView<int> BeginWrite(string key);

    /// <summary>Takes the leaf that the kernels launched since <see cref="BeginWrite"/> write to that memory.</summary>
    internal abstract void EndWrite(string key);

    /// <inheritdoc/>
    public abstract void Dispose();
}
