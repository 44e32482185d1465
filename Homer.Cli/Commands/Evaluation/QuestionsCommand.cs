using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval qa</c>: the share of questions about facts in a document that are answered right.</summary>
internal static class QuestionsCommand
{
    public static Command Create()
    {
        var facts = new Option<int>("--facts")
        {
            Description = "Number of facts in each document, with a question for each",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        }.Numbers(
            $"a number of facts from 1 to {VillageChronicle.MostFacts}", number => number >= 1 && number <= VillageChronicle.MostFacts);
        Option<bool> bare = EvaluationOptions.Bare();
        var data = new Option<string?>("--data")
        {
            Description = "JSON Lines file of QuALITY: stories with multiple-choice questions [default: generated documents]",
            HelpName = "FILE",
        };
        var command = new Command("qa", "Ask about facts in generated documents") { facts, bare, data };
        var shared = new EvaluationOptions(
            command, "1k,2k,4k,8k", defaultDocuments: 10, cell: "length, or the most of --data", "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            int count = parsed.GetValue(facts);
            return Task.FromResult(shared.Run(
                parsed,
                engine => parsed.GetValue(data) is { } path
                    ? new MultipleChoiceTask(engine, path, shared.DocumentsOfFiles(parsed))
                    : new FactTask(engine, lengths, documents, count, seed, parsed.GetValue(bare)),
                (_, log) => EvaluationTable.Write(
                    log, CellSummary.ByLength(log.Trials), "answered right, %", EvaluationTable.Accuracy, parsed.WantsJson()),
                cancellation));
        });
        return command;
    }
}
