using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval perplexity</c>: the perplexity of what follows a long context, by length.</summary>
internal static class PerplexityCommand
{
    public static Command Create()
    {
        var texts = new Option<string[]>("--text")
        {
            Description = "Text file to predict; may be given several times [default: generated chronicles]",
            HelpName = "FILE",
        };
        var part = new Option<int?>("--part")
        {
            Description = "Number of tokens that are predicted after each context [default: half the window]",
            HelpName = "N",
        }.AtLeast(1);
        var sparse = new Option<bool>("--sparse")
        {
            Description = "Predict only the part after each of --lengths, not every part up to the longest [default: false]",
        };
        var cast = new Option<int?>("--cast")
        {
            Description = $"Number of people in a generated chronicle, up to {VillageChronicle.MostPeople}: the more, the more context it "
                + "takes to know them [default: four to eight]",
            HelpName = "N",
        }.Numbers(
            $"a number of people from 1 to {VillageChronicle.MostPeople}", number => number >= 1 && number <= VillageChronicle.MostPeople);
        var command = new Command("perplexity", "Measure the perplexity of what follows long contexts, part by part")
        {
            texts, part, sparse, cast,
        };
        var shared = new EvaluationOptions(
            command, "1k,2k,4k", defaultDocuments: 2, cell: "run, or the most of --text", "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            bool isSparse = parsed.GetValue(sparse);
            IEnumerable<string> paths = (parsed.GetValue(texts) ?? []).Take(shared.DocumentsOfFiles(parsed));
            (string Name, DocumentText Text)[] files = [.. paths.Select(path => (Path.GetFileName(path), InputFile.OpenDocument(path)))];
            return Task.FromResult(shared.Run(
                parsed, CreateTask,
                (_, log) => EvaluationTable.Write(
                    log, isSparse ? CellSummary.ByLength(log.Trials) : CellSummary.Accumulated(log.Trials, lengths),
                    $"perplexity {(isSparse ? "after" : "up to")}", EvaluationTable.Perplexity, parsed.WantsJson()),
                cancellation));

            PerplexityTask CreateTask(HomerEngine engine)
            {
                int window = engine.Model.Config.Window, predicted = parsed.GetValue(part) ?? Math.Max(1, window / 2);
                IEnumerable<EvaluationText> sources = files.Length > 0
                    ? files.Select(file => Encode(engine, file.Name, file.Text))
                    : Enumerable.Range(seed, documents).Select(number =>
                        EvaluationText.Chronicle(engine.Tokenizer, number, lengths[^1] + predicted, parsed.GetValue(cast)));
                return new(window, [.. sources], lengths, isSparse, predicted);
            }
        });
        return command;
    }

    private static EvaluationText Encode(HomerEngine engine, string name, DocumentText text)
    {
        using (text)
            return EvaluationText.Of(engine.Tokenizer, name, text);
    }
}
