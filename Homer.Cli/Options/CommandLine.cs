using System.CommandLine;

namespace Homer.Cli.Options;

/// <summary>A command line as it was typed, for records of how results came about.</summary>
internal static class CommandLine
{
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => Quote(token.Value)).Prepend("homer"));

    // What a POSIX shell takes as it is; anything else goes between quotes.
    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,=+%@".Contains(c))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
