using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>
/// Contiguous elements in device memory, counted in the device's <see cref="MemoryLedger"/> from creation to <see cref="Dispose"/>. The
/// contents
/// are undefined until written.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    // The largest copy, in bytes, that joins the CPU device's queue.
    private const int LargestQueued = 1 << 16;

    private readonly ComputeDevice device;
    private readonly MemoryUse use;
    private readonly long bytes;
    private MemoryBuffer? memory;
    private Action? release;

    internal DeviceBuffer(ComputeDevice device, MemoryBuffer memory, MemoryUse use, long length, Action? release)
    {
        this.device = device;
        this.memory = memory;
        this.use = use;
        this.release = release;
        Length = length;
        bytes = memory.LengthInBytes;
        device.Memory.Add(use, bytes);
    }

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>The elements as kernels see them.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was freed.</exception>
    public ArrayView<T> View
    {
        get
        {
            ObjectDisposedException.ThrowIf(memory is null, this);
            return memory.AsArrayView<T>(0, Length);
        }
    }

    /// <summary>Copies host values into the buffer, beginning at <paramref name="offset"/>.</summary>
    public void Write(ReadOnlySpan<T> values, long offset = 0)
    {
        if (values.Length == 0)
            return;
        ArrayView<T> target = View.SubView(offset, values.Length);
        // A small copy joins the queue instead of flushing it: positions and spans come with every node of a tree.
        if (device.Batch is { } batch && target.LengthInBytes <= LargestQueued)
        {
            batch.AddCopy(values, target);
            return;
        }

        device.Flush();
        target.CopyFromCPU(device.Accelerator.DefaultStream, values);
    }

    /// <summary>
    /// Waits for the device and copies <paramref name="count"/> elements, beginning at <paramref name="offset"/>, to the host.
    /// </summary>
    public T[] Read(long offset, long count)
    {
        var values = new T[count];
        Read(values, offset);
        return values;
    }

    /// <summary>Waits for the device and copies elements, beginning at <paramref name="offset"/>, into host memory.</summary>
    public void Read(Span<T> values, long offset = 0)
    {
        if (values.Length == 0)
            return;
        device.Flush();
        View.SubView(offset, values.Length).CopyToCPU(device.Accelerator.DefaultStream, values);
        device.Synchronize();
    }

    /// <summary>Waits for the device and copies the whole buffer to the host.</summary>
    public T[] Read() => Read(0, Length);

    /// <summary>Frees the memory and removes it from the ledger.</summary>
    public void Dispose()
    {
        if (memory is null)
            return;
        device.Flush();
        memory.Dispose();
        memory = null;
        release?.Invoke();
        release = null;
        device.Memory.Remove(use, bytes);
    }
}
