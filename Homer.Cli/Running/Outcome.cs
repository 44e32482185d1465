using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Files;

namespace Homer.Cli.Running;

/// <summary>The end of a command.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Sentence">What is to be said on stderr; null for nothing.</param>
/// <param name="Cause">The exception that ended the command; null if none did.</param>
internal sealed record Outcome(int ExitCode, string? Sentence = null, Exception? Cause = null)
{
    /// <summary>Returns the outcome of a command that an exception ended.</summary>
    public static Outcome Of(Exception cause) => new(
        cause switch
        {
            StandardOutputException { HasNoReader: true } => Output.ExitCode.Success,
            UsageException or MethodSettingException => Output.ExitCode.BadUsage,
            _ => Output.ExitCode.Failed,
        },
        cause is StandardOutputException { HasNoReader: true } ? null : Fault.Sentence(cause),
        cause);
}
