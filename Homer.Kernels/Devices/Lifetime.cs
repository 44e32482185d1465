namespace Homer.Kernels.Devices;

/// <summary>
/// Owns what is allocated together and frees it together, last first. A constructor that allocates several buffers disposes it when one of
/// them fails, so that nothing leaks.
/// </summary>
public sealed class Lifetime : IDisposable
{
    private readonly Stack<IDisposable> owned = [];

    /// <summary>Takes ownership.</summary>
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
