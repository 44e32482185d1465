using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer find</c>: lists the passages that answer a question, without an answer.</summary>
internal static class FindCommand
{
    private const string Given = "--threshold";

    public static Command Create()
    {
        var input = new Argument<string[]>("input")
        {
            Description =
                "Text files, folders of them, - for standard input, or a book; and, as the last, the words or the question to look for",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "FILE… WORDS",
        };
        input.Validators.Add(result =>
        {
            if (result.Tokens.Count < 2)
                result.AddError("give a file or a book and, as the last argument, the words or the question to look for");
            else if (string.IsNullOrWhiteSpace(result.Tokens[^1].Value))
                result.AddError("the last argument, what to look for, is empty; give some words or a question");
        });
        Option<string> model = CommonOptions.Model();
        Option<string[]> within = AskedText.Within();
        var top = new Option<int>("--top")
        {
            Description = "Number of passages",
            DefaultValueFactory = _ => 10,
            HelpName = "N",
        }.AtLeast(1);
        var all = new Option<bool>("--all") { Description = "List every passage above the threshold that homer calibrate has learned" };
        Option<double?> threshold = new Option<double?>(Given)
        {
            Description = "Least score of a passage, in deviations [default: with --all as it was learned, otherwise none]",
            HelpName = "X",
        }.Numbers("a number", _ => true);
        var method = new Option<string?>("--method")
        {
            Description = "The method recall with settings, such as recall:heads=18.7+12.8 [default: recall, as it was learned]",
            HelpName = "recall:SETTING=VALUE,…",
        };
        var bias = new Option<string?>("--bias")
        {
            Description = "Calibration table that says which heads look [default: the model folder's]",
            HelpName = "FILE",
        };
        var command = new Command("find", "Find the passages of documents that answer a question, without writing an answer")
        {
            input, model, within, top, all, threshold, method, bias,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string[] words = parsed.GetRequiredValue(input);
            string[] paths = words[..^1];
            string asked = words[^1];
            RecallMethod recall = MethodOption.Recall(parsed.GetValue(method));
            using var text = AskedText.Open(paths, parsed.GetValue(within) ?? []);
            string? folder = text.ModelFolder(parsed, model);
            using HomerEngine engine = parsed.LoadEngine(model, parsed.GetValue(bias), cancellation, folder);
            text.Read(engine, keepsText: true, cancellation);
            recall = (RecallMethod)text.WithKeys(engine, engine.Calibrated(recall));
            var finder = new RecallFinder(engine.Model, recall, cancellation);
            double? least = parsed.GetValue(threshold), related = parsed.GetValue(all) && least is null ? finder.Related : null;
            if (parsed.GetValue(all))
                least ??= finder.Threshold;
            if (parsed.GetValue(all) && least is null)
            {
                throw new HomerException(
                    $"No threshold was learned for {Quoted.Text(engine.Name)} and these heads, so that --all cannot tell what belongs to "
                    + $"the question; run homer calibrate with --text, or give {Given}.");
            }

            ContextInput question = engine.Prompt.Encode("", asked, cancellation: cancellation);
            IReadOnlyList<IReadOnlyList<RecallPart>> keys = text.Book is null
                ? Terminal.ForOutput(
                    string.Create(CultureInfo.InvariantCulture, $"Reading {text.Tokens.Count:N0} tokens"),
                    progress => finder.ReadKeys(question.Prefix, [.. text.Files.Select(file => file.IdsIn(text.Tokens))], progress))
                : [.. text.Files.Select(file => file.InBook!.Parts)];
            IReadOnlyList<float[]> scores = finder.Scores(keys, question);
            ContextRequest request = engine.Request(question, cancellation: cancellation);
            using var evidence = related is null ? null : QuestionEvidence.For(request);
            int most = evidence is not null ? RelatedPassages.Most : parsed.GetValue(all) ? int.MaxValue : parsed.GetValue(top);
            IReadOnlyList<Passage> passages = FoundPassages.Of(
                text, scores, engine.Tokenizer, most, evidence is null ? least : null, cancellation);
            if (evidence is not null)
            {
                (passages, least) = Terminal.ForOutput(
                    "Comparing passages with the question",
                    progress => RelatedPassages.Of(
                        evidence, passages, related!.Value, seen => progress((double)seen / RelatedPassages.Most)));
            }

            HashSet<string> quoted = [.. passages.Select(passage => passage.File)];
            IReadOnlyList<StaleFile>? stale = StaleFile.Of(text.Files.Where(file => quoted.Contains(file.Path)));
            ReadReceipt[] receipt = [.. text.Files.Select(file => new ReadReceipt(file.Path, file.Tokens, file.Tokens, 0))];
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new FoundReport(asked, text.Tokens.Count, least, passages, receipt) { Stale = stale });
                StaleFile.Note(stale);
                return ExitCode.Success;
            }

            foreach (Passage passage in passages)
                Console.Out.WriteLine(Line(passage));
            if (passages.Count == 0)
                Terminal.Note("No passage reaches the threshold.");
            ReceiptLine.Note(receipt);
            StaleFile.Note(stale);
            return ExitCode.Success;
        }
    }

    /// <summary>Returns a passage as one line: its place, its score and its text.</summary>
    internal static string Line(Passage passage) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Terminal.OneLine(passage.File)}:{passage.Line}: {passage.Score:0.00}: {Terminal.OneLine(passage.Text)}");
}
