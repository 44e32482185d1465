namespace Homer.Cli.Signals;

/// <summary>An answer that is being written: while this object lives, the first Ctrl+C stops the answer and not the process.</summary>
internal sealed class AnswerStop : IDisposable
{
    private static AnswerStop? current;

    private readonly CancellationTokenSource source;

    /// <summary>Begins an answer.</summary>
    /// <param name="process">Stops the answer, too.</param>
    public AnswerStop(CancellationToken process)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(process);
        Volatile.Write(ref current, this);
    }

    /// <summary>Is cancelled when the answer is to stop.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Stops the answer that is being written; returns false if there is none, or if it was asked to stop before.</summary>
    public static bool TryStop()
    {
        if (Interlocked.Exchange(ref current, null) is not { } answer)
            return false;
        answer.source.Cancel();
        return true;
    }

    /// <inheritdoc/>
    // A signal may arrive at this moment, so that the source is left to the garbage collector.
    public void Dispose() => Interlocked.CompareExchange(ref current, null, this);
}
