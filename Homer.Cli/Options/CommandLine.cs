using System.CommandLine;

namespace Homer.Cli.Options;

/// <summary>A command line as text, which logs of trials record.</summary>
internal static class CommandLine
{
    /// <summary>Returns the parsed command line, quoted for a POSIX shell.</summary>
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => Quote(token.Value)).Prepend("homer"));

    // A POSIX shell takes these characters literally; a word with any other character is quoted.
    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,=+%@".Contains(c))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
