using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Methods.Homer;

namespace Homer.Cli.Commands.Evaluation;

/// <summary>
/// <c>homer eval ablation</c>: what pruning by significance, calibration and propagative refinement are worth, each alone and together, in pass
/// keys found.
/// </summary>
internal static class AblationCommand
{
    private const string WithoutTable = "attention,bias=none";

    private static readonly string[] Criteria = ["calibrated", "attention", WithoutTable, "random"];

    public static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = "What the other settings are: paper or best", DefaultValueFactory = _ => "paper" };
        preset.AcceptOnlyFromAmong("paper", "best");
        Option<string> depths = PassKeyCommand.Depths();
        var command = new Command("ablation", "Count pass keys found with each criterion of pruning, with and without refinement and calibration") { preset, depths };
        var shared = new EvaluationOptions(command, "2k,4k", documentsByDefault: 2, cell: "length and depth");
        command.SetAction((parsed, cancellation) =>
        {
            int[] lengths = shared.Lengths(parsed);
            double[] where = NumberList.Depths(parsed.GetRequiredValue(depths));
            (int documents, int seed) = (shared.Documents(parsed), shared.Seed(parsed));
            return Task.FromResult(shared.Run(
                parsed, engine => new PassKeyTask(engine, PassKeyStyle.Chronicle, lengths, where, documents, seed) { Name = "ablation" },
                (_, log) => EvaluationTable.Write(log, CellSummary.ByLength(log.Trials), "pass keys found, %", EvaluationTable.Accuracy, parsed.WantsJson()),
                cancellation, [.. Variants(parsed.GetRequiredValue(preset))]));
        });
        return command;
    }

    /// <summary>
    /// Every combination that is one of its own. Without a table, calibrated logits are plain ones, and plain ones need a table only for the
    /// deviations by which accumulation makes layers comparable.
    /// </summary>
    public static IEnumerable<string> Variants(string preset) =>
        from pruning in preset == "best" ? Criteria : Criteria.Where(criterion => criterion != WithoutTable)
        from refinement in Enum.GetNames<Refinement>()
        select $"homer:{preset},pruning={pruning},refinement={refinement.ToLowerInvariant()}";
}
