using System.Globalization;
using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>Trials that were right or wrong, by length and by depth.</summary>
internal static class AccuracySection
{
    public static ReportSection Create(string id, string title, string lead, string counted, TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByLength(log.Trials);
        IReadOnlyList<ReportFigure> maps = ByDepth(log, colors);
        return new(
            id, title, $"{lead} {Trials(cells)} Bars are 95 % Wilson intervals." + (maps.Count > 0 ? " In the maps, depth runs down and length across." : ""),
            ReportCells.Headline(cells, colors, $"{counted} at", Percent),
            [
                ReportCells.Lines("accuracy", "% right by length", cells, colors, ChartAxis.Share, Point),
                .. maps,
            ],
            [ReportCells.Table("% right (95 % interval)", cells, colors, WithInterval)], log.Settings, log.Commands);
    }

    /// <summary>How many trials a cell has.</summary>
    public static string Trials(IReadOnlyList<CellSummary> cells)
    {
        (int least, int most) = (cells.Min(cell => cell.Trials), cells.Max(cell => cell.Trials));
        return $"{(least == most ? $"{least}" : $"{least} to {most}")} trials for each length and method.";
    }

    public static string Percent(CellSummary cell) => (100 * cell.Accuracy!.Value).ToString("0", CultureInfo.InvariantCulture) + "\u00a0%";

    public static string WithInterval(CellSummary cell) => EvaluationTable.Accuracy(cell).Replace("\n", " (", StringComparison.Ordinal) + ")";

    private static ChartPoint Point(CellSummary cell) => new(
        cell.Length, cell.Accuracy!.Value, $"{EvaluationTable.Length(cell.Length)} tokens: {cell.Right} of {cell.Trials} right", cell.Interval!.Value.Low, cell.Interval.Value.High);

    private static IReadOnlyList<ReportFigure> ByDepth(TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByDepth(log.Trials);
        double[] depths = [.. cells.Select(cell => cell.Depth!.Value).Distinct().Order()];
        if (depths.Length < 2)
            return [];
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        return [.. cells.GroupBy(cell => cell.Variant).OrderBy(map => colors.Of(map.Key)).Select(map =>
        {
            var byPlace = map.ToDictionary(cell => (cell.Depth!.Value, cell.Length));
            var drawn = new HeatMap(
                $"{map.Key}: % right by depth and length", [.. depths.Select(depth => $"{100 * depth:0.##} %")], [.. lengths.Select(EvaluationTable.Length)],
                (row, column) => byPlace.TryGetValue((depths[row], lengths[column]), out CellSummary? cell)
                    ? (cell.Accuracy!.Value, $"{cell.Right} of {cell.Trials} right at a depth of {100 * depths[row]:0} % of {EvaluationTable.Length(lengths[column])} tokens")
                    : null);
            return new ReportFigure($"depth-{colors.Of(map.Key)}", $"{map.Key}: % right by depth", true, drawn.Draw);
        })];
    }
}
