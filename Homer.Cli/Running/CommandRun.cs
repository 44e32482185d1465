using System.Text;
using Homer.Cli.Output;
using Homer.Cli.Signals;
using Homer.Engine.Files;

namespace Homer.Cli.Running;

/// <summary>
/// Runs a command on a thread of its own, while the main thread waits for it or for a signal: so the process ends soon, whatever the
/// command waits for. Whatever is thrown becomes one sentence and an exit code.
/// </summary>
internal static class CommandRun
{
    // Reading and writing mostly end within this time; what waits for input or loads a file does not, and is left alone.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(80);

    // A terminal or a driver may keep the process from ending in the usual way.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMilliseconds(170);

    /// <summary>Runs a command and returns the exit code of the process.</summary>
    /// <param name="command">The command.</param>
    /// <param name="stopped">The sentence that is said after a signal.</param>
    /// <param name="mayFinish">
    /// Whether the command saves its work after the first signal, which may take a while, so that only a second one ends it at once.
    /// </param>
    public static int Run(Func<CancellationToken, Task<int>> command, string stopped = "Stopped.", bool mayFinish = false)
    {
        using var signals = new StopSignals();
        StandardStreams.Occupy();
        Encoding encoding = Console.OutputEncoding is UTF8Encoding ? new UTF8Encoding(false) : Console.OutputEncoding;
        Console.SetOut(new StreamWriter(new StandardOutputStream(), encoding) { AutoFlush = true });
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) => End(Outcome.Of((Exception)unhandled.ExceptionObject));
        var run = Task.Factory.StartNew(
            () => Finish(command, signals.Stopping), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny(run, signals.First) == 0)
            return Report(run.Result);
        int code = signals.First.Result;
        if (mayFinish)
            Task.WaitAny(run, signals.Second);
        EndAtLast(code);
        Task.WaitAny([run, signals.Second], Patience);
        Terminal.ShowCursor();
        End(new Outcome(code, stopped));
        return code;
    }

    private static Outcome Finish(Func<CancellationToken, Task<int>> command, CancellationToken stopping)
    {
        try
        {
            return new(command(stopping).GetAwaiter().GetResult());
        }
        catch (Exception e)
        {
            return Outcome.Of(e);
        }
    }

    /// <summary>Ends the process after a while, whatever it waits for.</summary>
    private static void EndAtLast(int code)
    {
        if (OperatingSystem.IsWindows())
            return;
        var end = new Thread(() =>
        {
            Thread.Sleep(LongestEnd);
            TemporaryFiles.DeleteAll();
            LibC.Exit(code);
        })
        {
            IsBackground = true,
        };
        end.Start();
    }

    /// <summary>Ends the process without waiting for its threads.</summary>
    private static void End(Outcome outcome)
    {
        TemporaryFiles.DeleteAll();
        Environment.Exit(Report(outcome));
    }

    private static int Report(Outcome outcome)
    {
        if (outcome.Sentence is { } sentence)
            Terminal.Error(sentence);
        if (outcome.Cause is { } cause)
            Fault.Trace(cause);
        return outcome.ExitCode;
    }
}
