using System.Globalization;
using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>The section of an evaluation whose trials are right or wrong, by length and by depth.</summary>
internal static class AccuracySection
{
    /// <summary>Creates the section.</summary>
    /// <param name="id">The section's name in file names and links.</param>
    /// <param name="title">The heading.</param>
    /// <param name="lead">What was asked, in a sentence or two.</param>
    /// <param name="counted">What is counted, such as "pass keys found".</param>
    /// <param name="log">The trials.</param>
    /// <param name="colors">The colours of the variants.</param>
    public static ReportSection Create(string id, string title, string lead, string counted, TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByLength(log.Trials);
        IReadOnlyList<ReportFigure> maps = ByDepth(log, colors);
        return new()
        {
            Id = id,
            Title = title,
            Lead = $"{lead} {Trials(cells)} Bars are 95 % Wilson intervals."
                + (maps.Count > 0 ? " In the maps, depth runs down and length across." : ""),
            Headline = ReportCells.Headline(cells, colors, $"{counted} at", Percent),
            Figures = [ReportCells.Lines("accuracy", "% right by length", cells, colors, ChartAxis.Share, Point), .. maps],
            Tables = [ReportCells.Table("% right (95 % interval)", cells, colors, WithInterval)],
            Log = log,
        };
    }

    /// <summary>Returns a sentence that tells the number of trials of a cell.</summary>
    public static string Trials(IReadOnlyList<CellSummary> cells)
    {
        (int least, int most) = (cells.Min(cell => cell.Trials), cells.Max(cell => cell.Trials));
        return $"{(least == most ? $"{least}" : $"{least} to {most}")} trials for each length and method.";
    }

    /// <summary>Returns a cell's accuracy in percent with its confidence interval in parentheses.</summary>
    public static string WithInterval(CellSummary cell) =>
        EvaluationTable.Accuracy(cell).Replace("\n", " (", StringComparison.Ordinal) + ")";

    private static string Percent(CellSummary cell) => (100 * cell.Accuracy!.Value).ToString("0", CultureInfo.InvariantCulture) + "\u00a0%";

    private static ChartPoint Point(CellSummary cell) => new(
        cell.Length, cell.Accuracy!.Value, $"{EvaluationTable.Length(cell.Length)} tokens: {cell.Right} of {cell.Trials} right",
        cell.Interval!.Value.Low, cell.Interval.Value.High);

    private static IReadOnlyList<ReportFigure> ByDepth(TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByDepth(log.Trials);
        double[] depths = [.. cells.Select(cell => cell.Depth!.Value).Distinct().Order()];
        if (depths.Length < 2)
            return [];
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        return
        [
            .. cells.GroupBy(cell => cell.Variant).OrderBy(variant => colors.Of(variant.Key)).Select(variant => new ReportFigure(
                $"depth-{colors.Of(variant.Key)}", $"{variant.Key}: % right by depth", true,
                CreateMap(variant.Key, variant, depths, lengths).Draw)),
        ];
    }

    private static HeatMap CreateMap(string variant, IEnumerable<CellSummary> cells, double[] depths, int[] lengths)
    {
        var byRowAndColumn = cells.ToDictionary(cell => (cell.Depth!.Value, cell.Length));
        return new(
            $"{variant}: % right by depth and length", [.. depths.Select(depth => $"{100 * depth:0.##} %")],
            [.. lengths.Select(EvaluationTable.Length)], Shade);

        (double Share, string Tip)? Shade(int row, int column) =>
            byRowAndColumn.TryGetValue((depths[row], lengths[column]), out CellSummary? cell)
                ? (cell.Accuracy!.Value, $"{cell.Right} of {cell.Trials} right at a depth of {100 * depths[row]:0} % of "
                    + $"{EvaluationTable.Length(lengths[column])} tokens")
                : null;
    }
}
