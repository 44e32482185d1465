using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Plain;

namespace Homer.Cli.Commands;

/// <summary><c>homer generate</c>: plain continuation of a prompt, or of a cache that <c>compress</c> made.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var prompt = new Option<string?>("--prompt") { Description = "The text to continue", HelpName = "TEXT" };
        var promptFile = new Option<string?>("--prompt-file") { Description = "A file with the text to continue; - for standard input", HelpName = "FILE" };
        var cache = new Option<string?>("--cache") { Description = "A finished context to continue, from homer compress", HelpName = "FILE" };
        var command = new Command("generate", "Continue a text") { model, prompt, promptFile, cache };
        var sampling = new SamplingOptions(command, maxTokensByDefault: 128);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            GenerationOptions options = sampling.Read(parsed);
            string?[] sources = [parsed.GetValue(prompt), parsed.GetValue(promptFile), parsed.GetValue(cache)];
            if (sources.Count(source => source is not null) != 1)
                throw new UsageException("Give exactly one of --prompt, --prompt-file and --cache.");
            string? text = sources[0] ?? (sources[1] is { } file ? CommonOptions.ReadText(file) : null);
            using HomerEngine engine = parsed.LoadEngine(model);
            var input = new ContextInput([], [], text is null ? [] : engine.Tokenizer.Encode(text, beginOfSequence: true));
            bool json = parsed.WantsJson();
            Answer answer = Answering.Run(
                engine, text is null ? "Loading the cache" : $"Reading {input.Length:N0} tokens",
                progress => sources[2] is { } path
                    ? CacheFile.Read(path, engine.Model, options.MaxTokens)
                    : new PlainMethod().Read(new(engine.Model, input) { NewTokens = options.MaxTokens, Progress = progress, Cancellation = cancellation }),
                options, input.Suffix, null, json ? null : Console.Out.Write, cancellation);
            Answering.Report(answer, json);
            return ExitCode.Success;
        }
    }
}
