namespace Homer.Engine;

/// <summary>
/// Lets one thread at a time use an engine, for a whole reading or for one piece of an answer, and nobody once the engine is disposed of.
/// A thread that is inside may enter again.
/// </summary>
internal sealed class EngineGate
{
    // How often a waiting thread looks for its cancellation.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private bool closed;

    /// <summary>Does work once no other thread is inside.</summary>
    /// <exception cref="ObjectDisposedException">The engine was disposed of.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled before it began.</exception>
    public T Run<T>(Func<T> work, CancellationToken cancellation)
    {
        while (!gate.TryEnter(Patience))
            cancellation.ThrowIfCancellationRequested();
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(HomerEngine));
            return work();
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Enters for each item of a sequence, and not between them: whoever takes the items may do so at leisure.</summary>
    /// <inheritdoc cref="Run{T}"/>
    public IEnumerable<T> Each<T>(IEnumerable<T> items, CancellationToken cancellation)
    {
        IEnumerator<T> source = Run(items.GetEnumerator, cancellation);
        try
        {
            while (Run(source.MoveNext, cancellation))
                yield return source.Current;
        }
        finally
        {
            // What the sequence holds is freed also after the engine was disposed of.
            lock (gate)
                source.Dispose();
        }
    }

    /// <summary>Whether the engine was disposed of.</summary>
    public bool IsClosed => Volatile.Read(ref closed);

    /// <summary>Waits until no thread is inside, refuses all others, and frees what the engine holds; a second call does nothing.</summary>
    public void Close(Action free)
    {
        lock (gate)
        {
            if (closed)
                return;
            closed = true;
            free();
        }
    }
}
