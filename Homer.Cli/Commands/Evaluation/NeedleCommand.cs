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
            Description = "What is planted, of several kinds with commas: one sentence; multikey, four with different keys; multivalue, "
                + "four numbers of one key; where, where people went; reworded, facts asked for in other words; "
                + "passkey, in the words of homer-mini",
            DefaultValueFactory = _ => NeedleTask.Word(NeedleKind.One),
            HelpName = "LIST",
        }.Checked(text => Kinds(text));
        var questions = new Option<int>("--questions")
        {
            Description = "Number of questions of each kind about a document; recall reads it once for all of them",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        }.Numbers(
            $"a number of questions from 1 to {NeedleOptions.MostQuestions}",
            number => number is >= 1 and <= NeedleOptions.MostQuestions);
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
            var options = new NeedleOptions(Kinds(parsed.GetRequiredValue(needles)), lengths, documents)
            {
                Questions = parsed.GetValue(questions),
                Seed = seed,
                Bare = parsed.GetValue(bare),
            };
            foreach (NeedleKind kind in options.Kinds)
            {
                if (options.Questions > NeedleOptions.MostQuestionsOf(kind))
                {
                    throw new UsageException(
                        $"--needles {NeedleTask.Word(kind)} has {NeedleOptions.MostQuestionsOf(kind)} facts; ask no more --questions.");
                }
            }

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

    private static NeedleKind[] Kinds(string text)
    {
        NeedleKind[] known = Enum.GetValues<NeedleKind>();
        NeedleKind[] kinds =
        [
            .. text.Split(',').Select(word => known.Any(kind => NeedleTask.Word(kind) == word.Trim())
                ? known.First(kind => NeedleTask.Word(kind) == word.Trim())
                : throw new UsageException(
                    $"'{word}' is nothing that can be planted; use {string.Join(", ", known.Select(NeedleTask.Word))}.")),
        ];
        return kinds.Distinct().Count() == kinds.Length
            ? kinds
            : throw new UsageException("--needles names a kind twice; name each once.");
    }
}
