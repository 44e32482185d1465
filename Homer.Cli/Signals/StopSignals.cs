using System.Runtime.InteropServices;

namespace Homer.Cli.Signals;

/// <summary>
/// The signals that ask the process to end: Ctrl+C, SIGTERM and SIGHUP. The first one cancels the work, or only an answer that is being
/// written; the second one is for the impatient.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // Shells report a process that a signal ended by this number and that of the signal.
    private const int FirstExitCode = 128;

    private static readonly Dictionary<PosixSignal, int> Numbers = new()
    {
        [PosixSignal.SIGHUP] = 1,
        [PosixSignal.SIGINT] = 2,
        [PosixSignal.SIGTERM] = 15,
    };

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource<int> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Begins to listen.</summary>
    public StopSignals() => registrations = [.. Numbers.Keys.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Is complete after the first signal; its result is the exit code of the process.</summary>
    public Task<int> First => first.Task;

    /// <summary>Is complete after the second signal.</summary>
    public Task Second => second.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (signal.Signal == PosixSignal.SIGINT && AnswerStop.TryStop())
            return;
        if (first.TrySetResult(FirstExitCode + Numbers[signal.Signal]))
            stopping.Cancel();
        else
            second.TrySetResult();
    }
}
