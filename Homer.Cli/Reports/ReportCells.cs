using System.Xml.Linq;
using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;

namespace Homer.Cli.Reports;

/// <summary>Turns the cells of an evaluation into charts, tables and headlines.</summary>
internal static class ReportCells
{
    private const double WideHeight = 340;
    private const double NarrowHeight = 270;

    /// <summary>Creates a line chart over lengths, with a line for each variant.</summary>
    /// <param name="id">The figure's name within its section.</param>
    /// <param name="caption">The caption.</param>
    /// <param name="cells">The cells, one for each point.</param>
    /// <param name="colors">The colours of the variants.</param>
    /// <param name="vertical">The vertical axis.</param>
    /// <param name="point">Returns the point of a cell.</param>
    public static ReportFigure Lines(
        string id, string caption, IReadOnlyList<CellSummary> cells, ReportColors colors, ChartAxis vertical,
        Func<CellSummary, ChartPoint> point)
    {
        ChartSeries[] series =
        [
            .. cells.GroupBy(cell => cell.Variant).OrderBy(line => colors.Of(line.Key))
                .Select(line => new ChartSeries(line.Key, new(colors.Of(line.Key)), [.. line.OrderBy(cell => cell.Length).Select(point)])),
        ];
        var chart = new LineChart(caption, ChartAxis.Lengths(cells.Select(cell => cell.Length), EvaluationTable.Length), vertical, series);
        return new(id, caption, false, Draw);

        XElement Draw(double width) => chart.Draw(width, width < 500 ? NarrowHeight : WideHeight);
    }

    /// <summary>Creates a table with a row for each variant and a column for each length.</summary>
    /// <param name="caption">The caption.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="colors">The colours of the variants, which order the rows.</param>
    /// <param name="show">Formats a cell.</param>
    /// <param name="name">Returns the shown name of a variant; null for the variant itself.</param>
    public static ReportTable Table(
        string caption, IReadOnlyList<CellSummary> cells, ReportColors colors, Func<CellSummary, string> show,
        Func<string, string>? name = null)
    {
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        return new(
            caption, ["", .. lengths.Select(EvaluationTable.Length)],
            [.. cells.GroupBy(cell => cell.Variant).OrderBy(row => colors.Of(row.Key)).Select(Row)]);

        IReadOnlyList<string> Row(IGrouping<string, CellSummary> row) =>
        [
            name?.Invoke(row.Key) ?? row.Key,
            .. lengths.Select(length => row.FirstOrDefault(cell => cell.Length == length) is { } cell ? show(cell) : "–"),
        ];
    }

    /// <summary>
    /// Returns the first variant's value, and the other variants' values at the same length in the text. The length is the greatest at
    /// which the first variant is not alone, or else the greatest at which it was measured.
    /// </summary>
    public static (string Figure, string Text) Headline(
        IReadOnlyList<CellSummary> cells, ReportColors colors, string quantity, Func<CellSummary, string> show)
    {
        string first = cells.MinBy(cell => colors.Of(cell.Variant))!.Variant;
        IGrouping<int, CellSummary> length = cells.GroupBy(cell => cell.Length)
            .Where(group => group.Any(cell => cell.Variant == first))
            .OrderBy(group => group.Count() > 1).ThenBy(group => group.Key).Last();
        IEnumerable<string> others = length.Where(cell => cell.Variant != first).OrderBy(cell => colors.Of(cell.Variant))
            .Select(cell => $"{cell.Variant} {show(cell)}");
        string comparison = string.Join(", ", others);
        return (
            show(length.First(cell => cell.Variant == first)),
            $"{quantity} {EvaluationTable.Length(length.Key)} tokens by {first}" + (comparison.Length > 0 ? $"; {comparison}" : ""));
    }
}
