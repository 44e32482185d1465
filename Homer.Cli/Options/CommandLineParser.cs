using System.CommandLine;
using System.CommandLine.Parsing;

namespace Homer.Cli.Options;

/// <summary>
/// Parses command lines. Every word is what was typed: none is the name of a file with more words, and none is taken apart.
/// </summary>
internal static class CommandLineParser
{
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Parses the words of a command line.</summary>
    /// <exception cref="UsageException">A word is wrong; of several the first is named. Or an option has no effect.</exception>
    public static ParseResult Parse(Command root, IReadOnlyList<string> words)
    {
        ParseResult parsed = root.Parse(words, Configuration);
        var typed = TypedWords.Of(root, words);
        if (typed.AsksForHelp)
            return parsed;
        (int Place, string Message)[] mistakes =
        [
            .. typed.Mistakes,
            .. parsed.Errors.Where(error => error.SymbolResult is OptionResult or ArgumentResult)
                .Select(error => (OptionOf(error.SymbolResult) is { } option ? typed.PlaceOf(option) : int.MaxValue, error.Message)),
        ];
        if (mistakes.Length > 0)
        {
            string message = OneLine(mistakes.MinBy(mistake => mistake.Place).Message);
            string end = message.EndsWith('?') ? " See" : "; see";
            throw new UsageException($"{message}{end} {typed.CommandName} --help.");
        }

        if (parsed.Errors.Count > 0)
            throw new UsageException($"{OneLine(parsed.Errors[0].Message)}; see {typed.CommandName} --help.");
        if (EffectTable.FindIdle(parsed) is { } idle)
            throw new UsageException(idle);
        return parsed;
    }

    private static Option? OptionOf(SymbolResult? result) => (result as OptionResult ?? result?.Parent as OptionResult)?.Option;

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
