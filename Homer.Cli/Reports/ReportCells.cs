using System.Xml.Linq;
using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;

namespace Homer.Cli.Reports;

/// <summary>Cells as charts and tables.</summary>
internal static class ReportCells
{
    private const double WideHeight = 340;
    private const double NarrowHeight = 270;

    /// <summary>A line for each variant.</summary>
    /// <param name="id">Names the figure.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="cells">The points.</param>
    /// <param name="colors">The colours.</param>
    /// <param name="vertical">The axis.</param>
    /// <param name="point">A cell's point.</param>
    public static ReportFigure Lines(
        string id, string caption, IReadOnlyList<CellSummary> cells, ReportColors colors, ChartAxis vertical, Func<CellSummary, ChartPoint> point)
    {
        ChartSeries[] series =
        [
            .. cells.GroupBy(cell => cell.Variant).OrderBy(line => colors.Of(line.Key))
                .Select(line => new ChartSeries(line.Key, colors.Of(line.Key), [.. line.OrderBy(cell => cell.Length).Select(point)])),
        ];
        var chart = new LineChart(caption, ChartAxis.Lengths(cells.Select(cell => cell.Length), EvaluationTable.Length), vertical, series);
        return new(id, caption, false, Draw);

        XElement Draw(double width) => chart.Draw(width, width < 500 ? NarrowHeight : WideHeight);
    }

    /// <summary>A row for each variant and a column for each length.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="colors">The order of the rows.</param>
    /// <param name="show">How a cell is written.</param>
    /// <param name="name">How a variant is written, if not by its name.</param>
    public static ReportTable Table(string caption, IReadOnlyList<CellSummary> cells, ReportColors colors, Func<CellSummary, string> show, Func<string, string>? name = null)
    {
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        return new(
            caption, ["", .. lengths.Select(EvaluationTable.Length)],
            [.. cells.GroupBy(cell => cell.Variant).OrderBy(row => colors.Of(row.Key)).Select(row =>
                (IReadOnlyList<string>)[name?.Invoke(row.Key) ?? row.Key, .. lengths.Select(length => row.FirstOrDefault(cell => cell.Length == length) is { } cell ? show(cell) : "–")])]);
    }

    /// <summary>
    /// The first variant's value at the greatest length at which it is not alone, or else at its greatest, and the others' beside it.
    /// </summary>
    public static (string Figure, string Text) Headline(IReadOnlyList<CellSummary> cells, ReportColors colors, string what, Func<CellSummary, string> show)
    {
        string first = cells.MinBy(cell => colors.Of(cell.Variant))!.Variant;
        IGrouping<int, CellSummary> length = cells.GroupBy(cell => cell.Length).Where(group => group.Any(cell => cell.Variant == first))
            .OrderBy(group => group.Count() > 1).ThenBy(group => group.Key).Last();
        string others = string.Join(", ", length.Where(cell => cell.Variant != first).OrderBy(cell => colors.Of(cell.Variant)).Select(cell => $"{cell.Variant} {show(cell)}"));
        return (show(length.First(cell => cell.Variant == first)), $"{what} {EvaluationTable.Length(length.Key)} tokens by {first}" + (others.Length > 0 ? $"; {others}" : ""));
    }
}
