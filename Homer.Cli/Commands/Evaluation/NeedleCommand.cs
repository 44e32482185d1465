using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval needle</c>: the share of sentences found that are planted in passages of ordinary texts.</summary>
internal static class NeedleCommand
{
    // More than any tokenizer puts into a token of a chronicle.
    private const int CharactersPerToken = 8;

    public static Command Create()
    {
        var texts = new Option<string[]>("--text")
        {
            Description = "Text file to cut passages from; may be given several times, or with commas [default: a generated chronicle]",
            HelpName = "FILE",
        };
        var needles = new Option<string>("--needles")
        {
            Description = "What is planted: one sentence; multikey, four with different keys; multivalue, four numbers of one key",
            DefaultValueFactory = _ => Word(NeedleKind.One),
        };
        needles.OneOf([.. Enum.GetValues<NeedleKind>().Select(Word)]);
        var questions = new Option<int>("--questions")
        {
            Description = $"Number of keys of multikey to ask each document for, up to {NeedleOptions.Several}",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        }.Numbers(
            $"a number of questions from 1 to {NeedleOptions.Several}", number => number is >= 1 and <= NeedleOptions.Several);
        Option<bool> bare = EvaluationOptions.Bare();
        var byDepth = new Option<bool>("--by-depth")
        {
            Description = "Show a further table for each variant, with a row for each depth [default: false]",
        };
        var command = new Command("needle", "Plant sentences in passages of ordinary texts and ask for them")
        {
            texts, needles, questions, bare, byDepth,
        };
        var shared = new EvaluationOptions(
            command, "4k,8k,16k,32k", defaultDocuments: 10, cell: "length and text", "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            NeedleKind kind = Enum.GetValues<NeedleKind>().Single(kind => Word(kind) == parsed.GetRequiredValue(needles));
            var options = new NeedleOptions(kind, lengths, documents)
            {
                Questions = parsed.GetValue(questions),
                Seed = seed,
                Bare = parsed.GetValue(bare),
            };
            if (options.Questions > 1 && kind != NeedleKind.MultiKey)
                throw new UsageException($"--needles {Word(kind)} plants one key, so --questions must be 1; or take multikey.");
            IReadOnlyList<SourceText> sources = Sources(parsed.GetValue(texts) ?? [], seed, lengths.Max());
            return Task.FromResult(shared.Run(
                parsed,
                engine => Create(engine, sources, options),
                (_, log) => EvaluationTable.Write(
                    log, CellSummary.ByLength(log.Trials), "planted sentences found, %", EvaluationTable.Found, parsed.WantsJson(),
                    parsed.GetValue(byDepth) ? CellSummary.ByDepth(log.Trials) : null,
                    sources.Count > 1 ? CellSummary.BySource(log.Trials) : null),
                cancellation));
        });
        return command;
    }

    private static NeedleTask Create(HomerEngine engine, IReadOnlyList<SourceText> sources, NeedleOptions options)
    {
        // An answer that is begun has no thought before it.
        if (!options.Bare)
            engine.ThinkingBudget = 0;
        return new(engine, sources, options);
    }

    private static IReadOnlyList<SourceText> Sources(string[] given, int seed, int longest)
    {
        string[] paths = [.. given.SelectMany(path => File.Exists(path) ? [path] : path.Split(','))];
        if (paths.Length == 0)
            return [SourceText.Chronicle(seed, CharactersPerToken * longest)];
        bool areNames = paths.Select(Path.GetFileName).Distinct().Count() == paths.Length;
        return paths.Distinct().Count() < paths.Length
            ? throw new UsageException("--text names a file twice; name each file once.")
            : [.. paths.Select(path => new SourceText(areNames ? Path.GetFileName(path) : path, InputFile.ReadDocument(path)))];
    }

    private static string Word(NeedleKind kind) => kind.ToString().ToLowerInvariant();
}
