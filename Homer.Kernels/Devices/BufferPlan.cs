namespace Homer.Kernels.Devices;

/// <summary>
/// A list of buffers that are allocated together. Each size is written once, so that a forecast (<see cref="Bytes(MemoryUse)"/>) and the
/// allocation (<see cref="Allocate"/>) cannot disagree.
/// </summary>
/// <remarks>
/// A class with buffers derives its own plan, keeps the handles that <see cref="Add{T}(long, MemoryUse)"/> returns, and looks buffers up by
/// them:
/// <code>
/// var plan = new PassBuffers(config, capacity);      // its constructor: Hidden = Add&lt;float&gt;(length, MemoryUse.Workspace);
/// long bytes = plan.Bytes(MemoryUse.Workspace);      // a forecast; nothing is allocated
/// using BufferSet buffers = plan.Allocate(device);
/// DeviceBuffer&lt;float&gt; hidden = buffers.Get(plan.Hidden);
/// </code>
/// </remarks>
public class BufferPlan
{
    private readonly List<Entry> entries = [];

    /// <summary>Plans a buffer of <paramref name="length"/> elements of undefined content.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="length">The number of elements.</param>
    /// <param name="use">What the memory is held for.</param>
    /// <returns>The handle of the buffer in a <see cref="BufferSet"/>.</returns>
    /// <exception cref="OverflowException">The elements are too many to count.</exception>
    public Planned<DeviceBuffer<T>> Add<T>(long length, MemoryUse use)
        where T : unmanaged => Add(ComputeDevice.BytesFor<T>(length), use, device => device.Allocate<T>(length, use));

    /// <summary>Plans a buffer of given content.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="length">The number of elements.</param>
    /// <param name="use">What the memory is held for.</param>
    /// <param name="element">Returns the element of an index; called when the buffer is allocated.</param>
    /// <returns>The handle of the buffer in a <see cref="BufferSet"/>.</returns>
    public Planned<DeviceBuffer<T>> AddFilled<T>(int length, MemoryUse use, Func<int, T> element)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(element);
        return Add(
            ComputeDevice.BytesFor<T>(length), use,
            device => device.Upload<T>([.. Enumerable.Range(0, length).Select(element)], use));
    }

    /// <summary>Plans an object that allocates device memory itself.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="bytes">The device memory that the object takes, in bytes.</param>
    /// <param name="use">What the memory is held for.</param>
    /// <param name="create">Creates the object on a device.</param>
    /// <returns>The handle of the object in a <see cref="BufferSet"/>.</returns>
    public Planned<T> Add<T>(long bytes, MemoryUse use, Func<ComputeDevice, T> create)
        where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(create);
        entries.Add(new(bytes, use, device => create(device)));
        return new(this, entries.Count - 1);
    }

    /// <summary>Returns the bytes of device memory that the planned buffers take for one use.</summary>
    public long Bytes(MemoryUse use) => entries.Where(entry => entry.Use == use).Sum(entry => entry.Bytes);

    /// <summary>Returns the bytes of device memory that all planned buffers take.</summary>
    public long Bytes() => entries.Sum(entry => entry.Bytes);

    /// <summary>Allocates every planned buffer; frees those that it has allocated where one of them fails.</summary>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public BufferSet Allocate(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var lifetime = new Lifetime();
        try
        {
            return new(this, lifetime, [.. entries.Select(entry => lifetime.Own(entry.Create(device)))]);
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    private sealed record Entry(long Bytes, MemoryUse Use, Func<ComputeDevice, IDisposable> Create);
}

/// <summary>The handle of a planned buffer, by which it is found once it is allocated.</summary>
/// <typeparam name="T">The type of the buffer.</typeparam>
public sealed class Planned<T>
    where T : IDisposable
{
    internal Planned(BufferPlan plan, int index)
    {
        Plan = plan;
        Index = index;
    }

    internal BufferPlan Plan { get; }

    internal int Index { get; }
}

/// <summary>The buffers that a <see cref="BufferPlan"/> has allocated; disposing it frees them.</summary>
public sealed class BufferSet : IDisposable
{
    private readonly BufferPlan plan;
    private readonly Lifetime lifetime;
    private readonly IDisposable[] buffers;

    internal BufferSet(BufferPlan plan, Lifetime lifetime, IDisposable[] buffers)
    {
        this.plan = plan;
        this.lifetime = lifetime;
        this.buffers = buffers;
    }

    /// <summary>Returns the buffer of a handle.</summary>
    /// <typeparam name="T">The type of the buffer.</typeparam>
    /// <param name="handle">A handle of the plan that allocated this set.</param>
    /// <exception cref="ArgumentException">The handle belongs to another plan.</exception>
    public T Get<T>(Planned<T> handle)
        where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.Plan == plan
            ? (T)buffers[handle.Index]
            : throw new ArgumentException("The handle belongs to another plan.", nameof(handle));
    }

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();
}
