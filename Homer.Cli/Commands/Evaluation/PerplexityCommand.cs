using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval perplexity</c>: how well what follows a long context is predicted, by length.</summary>
internal static class PerplexityCommand
{
    public static Command Create()
    {
        var texts = new Option<string[]>("--text") { Description = "A text file to predict; may be given more than once [default: generated chronicles]", HelpName = "FILE" };
        var part = new Option<int?>("--part") { Description = "Tokens predicted at a time [default: half the window]", HelpName = "N" };
        var sparse = new Option<bool>("--sparse") { Description = "Predict only the part after each of --lengths, not every part up to the longest" };
        var cast = new Option<int?>("--cast") { Description = $"People in a generated chronicle, up to {VillageChronicle.MostPeople}: the more, the longer it takes to know them [default: four to eight]", HelpName = "N" };
        var command = new Command("perplexity", "Predict what follows long contexts, part by part") { texts, part, sparse, cast };
        var shared = new EvaluationOptions(command, "1k,2k,4k", documentsByDefault: 2, cell: "run, where there is no --text", "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            int[] lengths = shared.Lengths(parsed);
            (int documents, int seed) = (shared.Documents(parsed), shared.Seed(parsed));
            if (parsed.GetValue(part) is { } tokens)
                EvaluationOptions.Positive(part.Name, tokens);
            if (parsed.GetValue(cast) is { } people && EvaluationOptions.Positive(cast.Name, people) > VillageChronicle.MostPeople)
                throw new UsageException($"{cast.Name} must be at most {VillageChronicle.MostPeople}, not {people}.");
            (string Name, string Text)[] files = [.. (parsed.GetValue(texts) ?? []).Select(path => (Path.GetFileName(path), CommonOptions.ReadText(path)))];
            return Task.FromResult(shared.Run(parsed, CreateTask, (_, log) => EvaluationTable.Write(
                log, parsed.GetValue(sparse) ? CellSummary.ByLength(log.Trials) : CellSummary.Accumulated(log.Trials, lengths),
                $"perplexity {(parsed.GetValue(sparse) ? "after" : "up to")}", EvaluationTable.Perplexity, parsed.WantsJson()), cancellation));

            PerplexityTask CreateTask(HomerEngine engine)
            {
                int window = engine.Model.Config.Window, predicted = parsed.GetValue(part) ?? Math.Max(1, window / 2);
                IReadOnlyList<EvaluationText> read = files.Length > 0
                    ? [.. files.Select(file => EvaluationText.Of(engine.Tokenizer, file.Name, file.Text))]
                    : [.. Enumerable.Range(seed, documents).Select(number => EvaluationText.Chronicle(engine.Tokenizer, number, lengths[^1] + predicted, parsed.GetValue(cast)))];
                return new(window, read, lengths, parsed.GetValue(sparse), predicted);
            }
        });
        return command;
    }
}
