using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>The section of an ablation: pass keys found by settings and length.</summary>
internal static class AblationSection
{
    private const string Caption = "% of pass keys found by settings and length";

    public static ReportSection Create(string id, TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByLength(log.Trials);
        return new()
        {
            Id = id,
            Title = "What the parts are worth",
            Lead = "The same pass keys with other criteria of pruning (significance as calibrated, attention as it is, or chance), and "
                + $"with or without pruning the layers below as well. {AccuracySection.Trials(cells)}",
            Figures = [new("settings", Caption, false, CreateMap(cells, colors).Draw)],
            Tables = [ReportCells.Table("% right (95 % interval)", cells, colors, AccuracySection.WithInterval, ShortName)],
            Log = log,
        };
    }

    private static HeatMap CreateMap(IReadOnlyList<CellSummary> cells, ReportColors colors)
    {
        string[] variants = [.. cells.Select(cell => cell.Variant).Distinct().OrderBy(colors.Of)];
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        var byRowAndColumn = cells.ToDictionary(cell => (cell.Variant, cell.Length));
        return new(Caption, [.. variants.Select(ShortName)], [.. lengths.Select(EvaluationTable.Length)], Shade);

        (double Share, string Tip)? Shade(int row, int column) =>
            byRowAndColumn.TryGetValue((variants[row], lengths[column]), out CellSummary? cell)
                ? (cell.Accuracy!.Value, $"{cell.Variant}: {cell.Right} of {cell.Trials} right at "
                    + $"{EvaluationTable.Length(cell.Length)} tokens")
                : null;
    }

    /// <summary>Returns a variant's settings without its method, its preset and the names of the settings.</summary>
    private static string ShortName(string variant)
    {
        string settings = variant[(variant.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return string.Join(", ", settings.Split(',').Skip(1).Select(setting => setting.Split('=') switch
        {
            ["bias", "none"] => "no table",
            ["refinement", var refinement] => refinement == "none" ? "not refined" : "refined",
            [_, var value] => value,
            _ => setting,
        }));
    }
}
