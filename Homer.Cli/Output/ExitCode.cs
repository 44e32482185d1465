namespace Homer.Cli.Output;

/// <summary>The exit codes of the process; 130 and 143 after Ctrl+C and SIGTERM are those of <c>StopSignals</c>.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
}
