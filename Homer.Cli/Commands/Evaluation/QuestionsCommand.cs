using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval qa</c>: how often questions about facts in a document are answered.</summary>
internal static class QuestionsCommand
{
    public static Command Create()
    {
        var facts = new Option<int>("--facts") { Description = "Facts in each document, with a question for each", DefaultValueFactory = _ => 1, HelpName = "N" };
        var bare = new Option<bool>("--bare") { Description = "Ask without beginning the answer, and read again where unsure, as homer ask does" };
        var data = new Option<string?>("--data") { Description = "Stories with multiple-choice questions in QuALITY's JSON lines, instead of generated documents", HelpName = "FILE" };
        var command = new Command("qa", "Tell facts in generated documents and ask about them") { facts, bare, data };
        var shared = new EvaluationOptions(command, "1k,2k,4k,8k", documentsByDefault: 10, cell: "length", "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            int[] lengths = shared.Lengths(parsed);
            (int documents, int seed) = (shared.Documents(parsed), shared.Seed(parsed));
            int told = EvaluationOptions.Positive(facts.Name, parsed.GetValue(facts));
            if (told > VillageChronicle.MostFacts)
                throw new UsageException($"A chronicle holds at most {VillageChronicle.MostFacts} facts, not {told}.");
            return Task.FromResult(shared.Run(
                parsed,
                engine => parsed.GetValue(data) is { } path
                    ? new MultipleChoiceTask(engine, path, shared.DocumentsFromFile(parsed))
                    : new FactTask(engine, lengths, documents, told, seed, parsed.GetValue(bare)),
                (_, log) => EvaluationTable.Write(log, CellSummary.ByLength(log.Trials), "answered right, %", EvaluationTable.Accuracy, parsed.WantsJson()), cancellation));
        });
        return command;
    }
}
