using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary><c>homer tokenize</c>: what a model sees of a text. It needs the tokenizer's files alone.</summary>
internal static class TokenizeCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var text = new Argument<string?>("text") { Description = "The text", Arity = ArgumentArity.ZeroOrOne };
        var document = new Option<string?>("--document") { Description = "Text file; - for standard input", HelpName = "FILE" };
        var lines = new Option<string?>("--lines")
        {
            Description = "File of JSON strings, one a line; writes {\"ids\":[…]} a line; - for standard input",
            HelpName = "FILE",
        };
        var decode = new Option<string?>("--decode")
        {
            Description = "File of {\"ids\":[…]}, one a line, or that of --lines; writes {\"text\":\"…\"} a line; - for standard input",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var parseSpecial = new Option<bool>("--parse-special")
        {
            Description = "Take special tokens that are written in the text for tokens",
        };
        var addSpecial = new Option<bool>("--add-special")
        {
            Description = "Add the special tokens that begin and end a sequence",
        };
        var skipSpecial = new Option<bool>("--skip-special") { Description = "Leave special tokens out of decoded text" };
        var command = new Command("tokenize", "Show the tokens of a text, or the text of tokens")
        {
            text, model, document, lines, decode, parseSpecial, addSpecial, skipSpecial,
        };
        command.SetAction(parsed => Run(parsed));
        return command;

        int Run(ParseResult parsed)
        {
            bool decodes = parsed.GetResult(decode) is { Implicit: false };
            string?[] sources = [parsed.GetValue(text), parsed.GetValue(document), parsed.GetValue(lines), parsed.GetValue(decode)];
            int count = sources.Count(source => source is not null);
            bool isAlone = decodes && count == 0;
            if ((count != 1 && !isAlone) || (decodes && (sources[0] ?? sources[1]) is not null))
                throw new UsageException("Give exactly one of a text, --document, --lines and --decode.");
            var options = new EncodeOptions(parsed.GetValue(addSpecial), parsed.GetValue(parseSpecial));
            if (decodes && (options.AddSpecial || options.ParseSpecial))
                throw new UsageException("--parse-special and --add-special have no effect with --decode; leave them out.");
            if (!decodes && parsed.GetValue(skipSpecial))
                throw new UsageException("--skip-special has no effect without --decode; leave it out.");
            ITokenizer tokenizer = TokenizerLoader.Load(parsed.ModelFolder(model));
            foreach (string note in tokenizer.Notes)
                Terminal.Note(note);
            if (decodes)
                TokenLines.Decode(tokenizer, sources[3] ?? sources[2] ?? StandardInput, parsed.GetValue(skipSpecial));
            else if (sources[2] is { } file)
                TokenLines.Encode(tokenizer, file, options);
            else
                Show(tokenizer, tokenizer.Encode(sources[0] ?? InputFile.ReadText(sources[1]!), options), parsed.WantsJson());
            return ExitCode.Success;
        }
    }

    private static void Show(ITokenizer tokenizer, int[] ids, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(new { Ids = ids, Pieces = ids.Select(id => tokenizer.TokenText(id)), Count = ids.Length });
            return;
        }

        foreach (int id in ids)
        {
            string name = Terminal.OneLine(tokenizer.TokenText(id) ?? "");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id,8}  {name}"));
        }

        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{ids.Length:N0} tokens"));
    }
}
