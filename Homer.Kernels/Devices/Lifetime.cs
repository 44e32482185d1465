namespace Homer.Kernels.Devices;

/// <summary>
/// Owns objects that are allocated together and disposes them together, last first. A constructor that allocates several buffers disposes
/// its
/// lifetime when one of them fails, so that nothing leaks.
/// </summary>
public sealed class Lifetime : IDisposable
{
    private readonly Stack<IDisposable> owned = [];

    /// <summary>Takes ownership of an item.</summary>
    /// <returns>The same item.</returns>
    public T Own<T>(T item)
        where T : IDisposable
    {
        owned.Push(item);
        return item;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (owned.TryPop(out IDisposable? item))
            item.Dispose();
    }
}
