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

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer ask</c>: answers a question about a document of any length.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var interactive = new Option<bool>("--interactive")
        {
            Description = "Take questions from standard input, one a line, until /exit or the end of input",
        };
        var words = new ArgumentUnless("question", interactive)
        {
            Description =
                "The question; before it may stand what it is about: text files, folders of them, or a book that homer read has made",
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "FILE",
        };
        Option<string> model = CommonOptions.Model();
        var document = new Option<string[]>("--document")
        {
            Description = "Text file of any length, or a book; - for standard input; may be repeated",
            HelpName = "FILE",
        };
        words.Validators.Add(result => AskedText.Check(result, document, interactive));
        Option<string[]> within = AskedText.Within();
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
        Option<string?> mapped = SurvivorPage.Option();
        var sources = new Option<bool>("--sources")
        {
            Description = "Show the passages that the answer rests on, as quotes with their places",
        };
        var guess = new Option<bool>("--guess")
        {
            Description = "Answer even where the document does not hold the answer, as far as homer calibrate has learned to tell",
        };
        var command = new Command("ask", "Answer a question about a document of any length")
        {
            words, model, document, within, method, prefix, begin, mapped, sources, guess, interactive,
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
            bool asksOn = parsed.GetValue(interactive), json = parsed.WantsJson(), shows = parsed.GetValue(sources);
            string lead = parsed.GetValue(begin)!;
            (string[] paths, string asking) = AskedText.Split(parsed.GetValue(words) ?? [], parsed.GetValue(document) ?? [], asksOn);
            MethodChoice choice = AskedText.Choose(parsed, paths, method);
            SurvivorMap? survivors = parsed.GetValue(mapped) is null ? null : new();
            if (survivors is not null && choice.Method is not IPruningMethod)
            {
                throw new UsageException(
                    $"--survivors shows what merging drops, which --method {choice.Method.Name} does not do; leave one of them out.");
            }

            string? pagePath = survivors is null || planning.Explains(parsed) ? null : parsed.OutputPath(mapped!, OutputForm.Text);
            keep.Check(parsed);
            planning.Check(parsed, model, choice.Method);
            using var text = AskedText.Open(paths, parsed.GetValue(within) ?? []);
            string? folder = text.ModelFolder(parsed, model);
            using HomerEngine engine = parsed.LoadEngine(model, merging.CalibrationPath(parsed), cancellation, folder);
            if (options.Stop.Count == 0)
                options = options with { Stop = [engine.Prompt.Stop] };
            options = sampling.Think(parsed, engine, options);
            if (!asksOn)
                _ = engine.Prompt.Shown(asking, lead);
            bool quotes = json || shows || survivors is not null;
            double? least = parsed.GetValue(guess) || merging.WithoutCalibration(parsed) ? null : engine.LeastEvidence();
            text.Read(engine, quotes || least is not null, cancellation);
            IContextMethod chosen = choice.Over(merging.Read(parsed, engine.Prompt.Preset));
            if (!merging.WithoutCalibration(parsed))
                chosen = engine.Calibrated(chosen);
            chosen = text.WithKeys(engine, chosen);
            if (chosen is IPruningMethod mapping)
                chosen = mapping.WithSurvivors(survivors);
            using var leaves = new KeptLeaves();
            if (asksOn)
            {
                bool isNoted = Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, text.Head);
                void AnswerNext(string question, CancellationToken stop)
                {
                    DocumentReader next = Reader(question, stop);
                    isNoted = isNoted || Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, question);
                    Answer(next, question);
                }

                QuestionLines.Answer(json, AnswerNext, cancellation);
                return ExitCode.Success;
            }

            DocumentReader reader = Reader(asking, cancellation);
            if (planning.Explains(parsed))
            {
                Explaining.Run(reader, json, options);
                return ExitCode.Success;
            }

            // After everything that may be refused: a refusal is one sentence.
            Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, text.Head, asking);
            Answer answer = Answer(reader, null);
            keep.Report(parsed, leaves.Store);
            if (survivors is not null)
            {
                var heading = new SurvivorPageHeading(
                    text.Name, parsed.ModelFolder(model), engine.Prompt.Shown(asking, lead), answer.Text);
                var page = SurvivorPageData.Create(heading, text.Tokens, engine.Tokenizer, survivors);
                SurvivorPage.Write(pagePath!, page.With(text.Sources(answer.Passages ?? [], engine.Tokenizer)));
            }

            return ExitCode.Success;

            DocumentReader Reader(string question, CancellationToken stop)
            {
                ContextInput input = engine.Prompt.Encode(text.Tokens, question, parsed.GetValue(prefix), lead);
                ContextRequest request = merging.Apply(parsed, engine.Request(input, options.AllTokens, stop));
                var planned = new DocumentReader(chosen, request, options, planning.Budget(parsed));
                planning.Report(parsed, planned);
                bool readsAgain = asksOn || options is { Confidence: > 0, MostReadings: > 0 };
                leaves.Use(planned, () => keep.Apply(parsed, planned, readsAgain));
                return planned;
            }

            Answer Answer(DocumentReader reading, string? question)
            {
                var shown = new AnswerText();
                Action<string>? stream = json ? null : piece => Console.Out.Write(shown.Append(piece));
                var proof = new AnswerProof(engine, reading, text.Files, quotes, least);
                Answer made = proof.With(Answering.Run(
                    engine, $"Reading {reading.Request.Input.Length:N0} tokens", reading, options, least is null ? stream : null,
                    proof.Take));
                // What may turn out to be a guess is not shown while it is written.
                if (least is not null)
                    stream?.Invoke(made.Text);
                made = made with { Question = question, Stale = StaleFile.Of(reading, text.Files, made.Passages) };
                Answering.Report(made, json);
                proof.Report(made, shows, json);
                StaleFile.Note(made.Stale);
                return made;
            }
        }
    }
}
