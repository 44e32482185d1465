using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Methods.Homer;

namespace Homer.Cli.Commands.Evaluation;

/// <summary>
/// <c>homer eval ablation</c>: pass keys found with every combination of pruning criterion, calibration table and propagative refinement.
/// </summary>
internal static class AblationCommand
{
    private const string AttentionWithoutTable = "attention,bias=none";

    private static readonly string[] Criteria = ["calibrated", "attention", AttentionWithoutTable, "random"];

    public static Command Create()
    {
        var preset = new Option<string>("--preset")
        {
            Description = "Preset of the other settings: paper or best",
            DefaultValueFactory = _ => "paper",
        };
        preset.OneOf("paper", "best");
        Option<string> depths = PassKeyCommand.Depths();
        var command = new Command("ablation", "Count pass keys found with each criterion of --pruning, with and without refinement")
        {
            preset, depths,
        };
        var shared = new EvaluationOptions(command, "2k,4k", defaultDocuments: 2, cell: "length and depth");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            double[] where = NumberList.Depths(parsed.GetRequiredValue(depths));
            return Task.FromResult(shared.Run(
                parsed,
                engine => new PassKeyTask(engine, PassKeyStyle.Chronicle, lengths, where, documents, seed) { Name = "ablation" },
                (_, log) => EvaluationTable.Write(
                    log, CellSummary.ByLength(log.Trials), "pass keys found, %", EvaluationTable.Accuracy, parsed.WantsJson()),
                cancellation, [.. Variants(parsed.GetRequiredValue(preset))]));
        });
        return command;
    }

    /// <summary>
    /// Returns every combination that differs from all others. Without a table, calibrated logits are the plain ones; and plain logits need
    /// a table only with accumulation, which compares layers by the deviations that the table holds.
    /// </summary>
    public static IEnumerable<string> Variants(string preset) =>
        from pruning in preset == "best" ? Criteria : Criteria.Where(criterion => criterion != AttentionWithoutTable)
        from refinement in Enum.GetNames<Refinement>()
        select $"homer:{preset},pruning={pruning},refinement={refinement.ToLowerInvariant()}";
}
