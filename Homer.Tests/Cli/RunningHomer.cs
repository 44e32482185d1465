using System.Diagnostics;
using System.Globalization;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>A run of the built <c>homer</c> command that a test sends signals to.</summary>
internal sealed class RunningHomer : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process process;
    private readonly Task<string> error;

    /// <summary>Starts a command; its signals do what they do by default, however the tests were started.</summary>
    public RunningHomer(params string[] arguments)
        : this(["--default-signal=INT,TERM,HUP"], arguments)
    {
    }

    private RunningHomer(string[] environment, string[] arguments)
    {
        Unix.Require();
        string command = Path.Combine(AppContext.BaseDirectory, "homer.dll");
        process = Process.Start(new ProcessStartInfo("env", [.. environment, "dotnet", command, .. arguments, "--device", "cpu:1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a command that was told to ignore Ctrl+C, as shells do for work in the background.</summary>
    public static RunningHomer IgnoringInterrupts(params string[] arguments) => new(["--ignore-signal=INT"], arguments);

    /// <summary>Standard input.</summary>
    public StreamWriter Input => process.StandardInput;

    /// <summary>Standard output.</summary>
    public StreamReader Output => process.StandardOutput;

    /// <summary>True once the process has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>Waits until the process waits itself: for input, or for the other end of a pipe.</summary>
    public void WaitUntilIdle()
    {
        // Runs of the tests share the machine, so that a short time without work says little.
        TimeSpan last = TimeSpan.MinValue;
        for (int quiet = 0; quiet < 25; Thread.Sleep(Pause))
        {
            TimeSpan now = Work();
            quiet = now == last && now > TimeSpan.FromMilliseconds(50) ? quiet + 1 : 0;
            last = now;
        }
    }

    /// <summary>Waits until the process has worked for a time.</summary>
    public void WaitUntilWorked(TimeSpan time)
    {
        for (TimeSpan until = Work() + time; Work() < until;)
            Thread.Sleep(Pause);
    }

    /// <summary>Sends a signal.</summary>
    public void Send(string signal) => Unix.Run("kill", "-" + signal, process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits for the end.</summary>
    public (int ExitCode, string Error) End()
    {
        Assert.True(process.WaitForExit(Timeout), "homer did not end");
        return (process.ExitCode, error.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private TimeSpan Work()
    {
        Assert.False(process.HasExited, "homer ended too soon");
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
