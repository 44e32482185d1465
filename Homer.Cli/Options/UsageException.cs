
namespace Homer.Cli.Options;

/// <summary>An error in the command line itself, not in a file; the exit code is <see cref="Output.ExitCode.BadUsage"/>.</summary>
internal sealed class UsageException(string message) : HomerException(message);
