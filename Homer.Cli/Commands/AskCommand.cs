using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Survivors;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer ask</c>: answers a question about a document of any length.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var words = new Argument<string[]>("question")
        {
            Description = "The question; before it may stand what it is about: text files, or a book that homer read has made",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "FILE",
        };
        Option<string> model = CommonOptions.Model();
        var document = new Option<string[]>("--document")
        {
            Description = "Text file of any length, or a book; - for standard input; may be repeated",
            HelpName = "FILE",
        };
        words.Validators.Add(result => AskedText.Check(result, document));
        var within = new Option<string[]>("--in")
        {
            Description = "Files of a book to ask about, by a pattern such as 'contract*'; may be repeated [default: all]",
            HelpName = "PATTERN",
        };
        Option<MethodChoice?> method = MethodOption.Create();
        var prefix = new Option<string?>("--prefix")
        {
            Description = "Instructions before the document [default: the model folder's]",
            HelpName = "TEXT",
        };
        var begin = new Option<string>("--answer")
        {
            Description = "Text that the answer begins with [default: none]",
            DefaultValueFactory = _ => "",
            HelpName = "TEXT",
        };
        Option<string?> page = SurvivorPage.Option();
        var sources = new Option<bool>("--sources")
        {
            Description = "Show the passages that the answer rests on, as quotes with their places",
        };
        var command = new Command("ask", "Answer a question about a document of any length")
        {
            words, model, document, within, method, prefix, begin, page, sources,
        };
        var sampling = new SamplingOptions(command, maxTokensByDefault: 64, rereads: true);
        var planning = new PlanningOptions(command);
        var merging = new MergingOptions(command, sampling.Seed);
        var keep = new KeepOption(command, "auto");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            GenerationOptions options = sampling.Read(parsed);
            string[] given = parsed.GetRequiredValue(words);
            string asking = given[^1], lead = parsed.GetValue(begin)!;
            string[] paths = [.. parsed.GetValue(document) ?? [], .. given[..^1]];
            MethodChoice choice = AskedText.Choose(parsed, paths, method);
            SurvivorMap? survivors = parsed.GetValue(page) is null ? null : new();
            if (survivors is not null && choice.Method is not IPruningMethod)
            {
                throw new UsageException(
                    $"--survivors shows what merging drops, which --method {choice.Method.Name} does not do; leave one of them out.");
            }

            string? pagePath = survivors is null || planning.Explains(parsed) ? null : parsed.OutputPath(page!, OutputForm.Text);
            keep.Check(parsed);
            planning.Check(parsed, model, choice.Method);
            using var text = AskedText.Open(paths, parsed.GetValue(within) ?? []);
            string? folder = text.ModelFolder(parsed, model);
            using HomerEngine engine = parsed.LoadEngine(model, merging.CalibrationPath(parsed), cancellation, folder);
            if (options.Stop.Count == 0)
                options = options with { Stop = [engine.Prompt.Stop] };
            options = sampling.Think(parsed, engine, options);
            string asked = engine.Prompt.Shown(asking, lead);
            bool json = parsed.WantsJson(), shows = parsed.GetValue(sources);
            text.KeepsAll = json || shows;
            ContextInput input = text.Encode(engine, asking, parsed.GetValue(prefix), lead, cancellation);
            IContextMethod chosen = choice.Over(merging.Read(parsed));
            if (!merging.WithoutCalibration(parsed))
                chosen = engine.Calibrated(chosen);
            chosen = text.WithKeys(engine, chosen);
            if (chosen is IPruningMethod mapping)
                chosen = mapping.WithSurvivors(survivors);
            ContextRequest request = merging.Apply(parsed, engine.Request(input, options.AllTokens, cancellation));
            var reader = new DocumentReader(chosen, request, options, planning.Budget(parsed));
            planning.Report(parsed, reader);
            using LeafStore? leaves = keep.Apply(parsed, reader, readsAgain: options is { Confidence: > 0, MostReadings: > 0 });
            if (planning.Explains(parsed))
            {
                Explaining.Run(reader, json, options);
                return ExitCode.Success;
            }

            // After everything that may be refused: a refusal is one sentence.
            Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, text.Head, asking);
            var shown = new AnswerText();
            Action<string>? stream = json ? null : piece => Console.Out.Write(shown.Append(piece));
            var proof = new AnswerProof(engine, reader, text.Files(input.Document.Count), json || shows);
            Answer answer = proof.With(
                Answering.Run(engine, $"Reading {input.Length:N0} tokens", reader, options, stream, proof.Take));
            Answering.Report(answer, json);
            proof.Report(answer, shows && !json);
            keep.Report(parsed, leaves);
            if (survivors is not null)
            {
                var heading = new SurvivorPageHeading(
                    text.Name, parsed.ModelFolder(model), asked, answer.Text);
                SurvivorPage.Write(pagePath!, SurvivorPageData.Create(heading, input.Document, engine.Tokenizer, survivors));
            }

            return ExitCode.Success;
        }
    }
}
