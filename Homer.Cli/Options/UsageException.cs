
namespace Homer.Cli.Options;

/// <summary>An error in the command line itself, independent of any file; the exit code is <see cref="Output.ExitCode.BadUsage"/>.</summary>
internal sealed class UsageException(string message) : HomerException(message);
