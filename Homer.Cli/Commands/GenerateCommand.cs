using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary><c>homer generate</c>: continues a prompt, or a cache that <c>compress</c> wrote.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var prompt = new Option<string?>("--prompt") { Description = "Text to continue", HelpName = "TEXT" };
        var promptFile = new Option<string?>("--prompt-file")
        {
            Description = "File of the text to continue; - for standard input",
            HelpName = "FILE",
        };
        var cache = new Option<string?>("--cache") { Description = "Cache file to continue, from homer compress", HelpName = "FILE" };
        var ids = new Option<string?>("--ids")
        {
            Description = "JSON file {\"ids\":[…]} of the tokens to continue; needs no tokenizer, and gives tokens",
            HelpName = "FILE",
        };
        var command = new Command("generate", "Continue a text or a compressed document") { model, prompt, promptFile, cache, ids };
        var sampling = new SamplingOptions(command, maxTokensByDefault: 128);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            GenerationOptions options = sampling.Read(parsed);
            string?[] sources = [parsed.GetValue(prompt), parsed.GetValue(promptFile), parsed.GetValue(cache), parsed.GetValue(ids)];
            if (sources.Count(source => source is not null) != 1)
                throw new UsageException("Give exactly one of --prompt, --prompt-file, --cache and --ids.");
            if (sources[3] is { } tokens)
                return TokenContinuation.Run(parsed, parsed.ModelFolder(model), IdsFile.ReadIds(tokens), options, cancellation);
            string? text = sources[0] ?? (sources[1] is { } file ? InputFile.ReadText(file) : null);
            using HomerEngine engine = parsed.LoadEngine(model, null, cancellation);
            var input = new ContextInput([], [], text is null ? [] : engine.Tokenizer.Encode(text, beginOfSequence: true, cancellation));
            bool json = parsed.WantsJson();
            var reader = new DocumentReader(new PlainMethod(), engine.Request(input, options.MaxTokens, cancellation), options);
            if (text is not null)
                Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, text);
            string label = text is null ? "Loading the cache" : $"Reading {input.Length:N0} tokens";
            Answer answer = Answering.Run(
                engine, label,
                progress => sources[2] is { } path ? CacheFile.Read(path, engine.Model, options.MaxTokens) : reader.Read(progress),
                context => engine.Continue(context, options, input.Suffix, cancellation: cancellation), json ? null : Console.Out.Write);
            Answering.Report(answer, json);
            return ExitCode.Success;
        }
    }
}
