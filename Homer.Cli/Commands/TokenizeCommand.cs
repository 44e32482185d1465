using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Files;
using Homer.Engine.Templates;
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
        var messages = new Option<string?>("--messages")
        {
            Description = "File of conversations, one JSON object with messages a line; writes {\"prompt\":\"…\",\"ids\":[…]} or "
                + "{\"error\":\"…\"} a line; - for standard input",
            HelpName = "FILE",
        };
        var chatTemplate = new Option<string?>("--chat-template")
        {
            Description = "File of a chat template to use instead of the model's own",
            HelpName = "FILE",
        };
        var now = new Option<string?>("--now")
        {
            Description = "Time that chat templates tell the model, such as 2025-01-31T13:05:09 [default: the present]",
            HelpName = "TIME",
        };
        var command = new Command("tokenize", "Show the tokens of a text, or the text of tokens")
        {
            text, model, document, lines, messages, chatTemplate, now, decode, parseSpecial, addSpecial, skipSpecial,
        };
        command.SetAction(parsed => Run(parsed));
        return command;

        int Run(ParseResult parsed)
        {
            if (parsed.GetValue(messages) is { } conversations)
                return RunMessages(parsed, conversations);
            if ((parsed.GetValue(chatTemplate) ?? parsed.GetValue(now)) is not null)
                throw new UsageException("--chat-template and --now have no effect without --messages; leave them out.");
            bool decodes = parsed.GetResult(decode) is { Implicit: false };
            string?[] sources = [parsed.GetValue(text), parsed.GetValue(document), parsed.GetValue(lines), parsed.GetValue(decode)];
            int count = sources.Count(source => source is not null);
            bool isAlone = decodes && count == 0;
            if ((count != 1 && !isAlone) || (decodes && (sources[0] ?? sources[1]) is not null))
                throw new UsageException("Give exactly one of a text, --document, --lines, --messages and --decode.");
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
                Show(tokenizer, sources[0] is { } given ? tokenizer.Encode(given, options) : Read(sources[1]!), parsed.WantsJson());
            return ExitCode.Success;

            int[] Read(string path)
            {
                using DocumentText content = InputFile.OpenDocument(path, mayBeBlank: true);
                return tokenizer.Encode(content, options);
            }
        }

        int RunMessages(ParseResult parsed, string conversations)
        {
            bool hasOthers = parsed.GetResult(decode) is { Implicit: false }
                || (parsed.GetValue(text) ?? parsed.GetValue(document) ?? parsed.GetValue(lines)) is not null;
            if (hasOthers)
                throw new UsageException("Give exactly one of a text, --document, --lines, --messages and --decode.");
            if (parsed.GetValue(parseSpecial) || parsed.GetValue(addSpecial) || parsed.GetValue(skipSpecial))
            {
                throw new UsageException(
                    "--parse-special, --add-special and --skip-special have no effect with --messages, whose special tokens the template "
                    + "writes; leave them out.");
            }

            DateTime? time = parsed.GetValue(now) is { } given ? Time(given) : null;
            string folder = parsed.ModelFolder(model);
            ITokenizer tokenizer = TokenizerLoader.Load(folder);
            ChatTemplates templates = ChatTemplates.Read(folder);
            if (parsed.GetValue(chatTemplate) is { } file)
                templates = templates.With(file);
            templates.RequireAny();
            foreach (string note in tokenizer.Notes)
                Terminal.Note(note);
            MessageLines.Write(tokenizer, templates, conversations, time);
            return ExitCode.Success;
        }
    }

    private static DateTime Time(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTime time)
            ? time
            : throw new UsageException($"--now takes a time such as 2025-01-31T13:05:09, not {Quoted.Text(text)}.");

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
