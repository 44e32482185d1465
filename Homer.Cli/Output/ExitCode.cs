namespace Homer.Cli.Output;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
}
