using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>What the parts of the method are worth.</summary>
internal static class AblationSection
{
    public static ReportSection Create(string id, TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByLength(log.Trials);
        string[] variants = [.. cells.Select(cell => cell.Variant).Distinct().OrderBy(colors.Of)];
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        var byPlace = cells.ToDictionary(cell => (cell.Variant, cell.Length));
        var map = new HeatMap(
            "% of pass keys found by settings and length", [.. variants.Select(ShortName)], [.. lengths.Select(EvaluationTable.Length)],
            (row, column) => byPlace.TryGetValue((variants[row], lengths[column]), out CellSummary? cell)
                ? (cell.Accuracy!.Value, $"{cell.Variant}: {cell.Right} of {cell.Trials} right at {EvaluationTable.Length(cell.Length)} tokens")
                : null);
        return new(
            id, "What the parts are worth",
            "The same pass keys with other criteria of pruning (significance as calibrated, attention as it is, or chance), and with or without "
            + $"pruning the layers below as well. {AccuracySection.Trials(cells)}",
            null,
            [new("settings", "% of pass keys found by settings and length", false, map.Draw)],
            [ReportCells.Table("% right (95 % interval)", cells, colors, AccuracySection.WithInterval, ShortName)], log.Settings, log.Commands);
    }

    private static string ShortName(string variant) =>
        string.Join(", ", variant[(variant.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',').Skip(1).Select(setting => setting.Split('=') switch
        {
            ["bias", "none"] => "no table",
            ["refinement", var refinement] => refinement == "none" ? "not refined" : "refined",
            [_, var value] => value,
            _ => setting,
        }));
}
