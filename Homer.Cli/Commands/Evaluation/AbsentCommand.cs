using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Spectre.Console;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval absent</c>: how often an answer is refused that a document holds, and given that it does not hold.</summary>
internal static class AbsentCommand
{
    public static Command Create()
    {
        var text = new Option<string?>("--text")
        {
            Description = "File of ordinary text whose passages hold the facts [default: village chronicles]",
            HelpName = "FILE",
        };
        var facts = new Option<int>("--facts")
        {
            Description = "Number of facts in each document; as many others are asked for",
            DefaultValueFactory = _ => 5,
            HelpName = "N",
        }.Numbers("a number of facts from 1 to 40", number => number is >= 1 and <= 40);
        var command = new Command("absent", "Ask for facts that documents hold, and for others that they do not hold") { text, facts };
        var shared = new EvaluationOptions(command, "4k", defaultDocuments: 40, cell: "length", "recall");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            var options = new AbsentOptions(lengths, documents) { Facts = parsed.GetValue(facts), Seed = seed };
            SourceText? source = parsed.GetValue(text) is { } path ? new(Path.GetFileName(path), InputFile.ReadDocument(path)) : null;
            return Task.FromResult(shared.Run(
                parsed,
                engine =>
                {
                    engine.ThinkingBudget = 0;
                    return new AbsentTask(engine, source, options);
                },
                (_, log) => Write(log, parsed.WantsJson()),
                cancellation));
        });
        return command;
    }

    private static void Write(TrialLog log, bool json)
    {
        IReadOnlyList<AbsentSummary> cells = AbsentSummary.ByLength(log.Trials);
        if (json)
        {
            Terminal.WriteJson(new { log.Settings, Cells = cells });
            return;
        }

        Table table = Terminal.CreateTable("judged", "tokens", "refused though present, %", "invented, %", "right of present, %");
        foreach (AbsentSummary cell in cells)
        {
            table.AddRow(
                Markup.Escape(cell.Variant), EvaluationTable.Length(cell.Length),
                Share(cell.Refused, cell.Present, cell.RefusedInterval), Share(cell.Invented, cell.Absent, cell.InventedInterval),
                Share(cell.Right, cell.Present, WilsonInterval.Of(cell.Right, cell.Present)));
        }

        Terminal.WriteTable(table);
    }

    private static string Share(int count, int of, WilsonInterval interval) => string.Create(
        CultureInfo.InvariantCulture,
        $"{100.0 * count / Math.Max(1, of):0.0} ({100 * interval.Low:0.0}–{100 * interval.High:0.0}), n = {of}");
}
