using Homer.Cli;
using Homer.Cli.Options;
using Homer.Cli.Running;

namespace Homer.Tests.Cli;

/// <summary>
/// Command lines that are refused, run in the process of the tests: such a command writes nothing, and what it throws is its sentence and
/// its exit code. <see cref="HomerProcess"/> shows for some of them that no more is printed.
/// </summary>
internal static class RefusedCommand
{
    /// <summary>
    /// Fails unless a command is refused with an exit code and a sentence with a word in it; <c>--device cpu</c> unless the arguments name
    /// a device.
    /// </summary>
    public static void With(int exitCode, string word, params string[] arguments)
    {
        string[] device = arguments.Contains("--device") ? [] : ["--device", "cpu"];
        Exception? thrown = Record.Exception(() => CommandLineParser.Parse(HomerCommand.Create(), [.. arguments, .. device])
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).GetAwaiter().GetResult());
        Assert.True(thrown is not null, $"homer {string.Join(' ', arguments)} was not refused");
        Outcome outcome = Outcome.Of(thrown);
        Assert.True(exitCode == outcome.ExitCode, $"exit code {outcome.ExitCode}: {thrown}");
        Assert.NotNull(outcome.Sentence);
        Assert.Contains(word, outcome.Sentence, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("should not happen", outcome.Sentence, StringComparison.Ordinal);
    }
}
