using System.Globalization;
using Homer.Cli.Charts;
using Homer.Cli.Output;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>The section of peak memory and time by length.</summary>
internal static class MemorySection
{
    private const double Mebibyte = 1 << 20;
    private const double ShortestSeconds = 1e-3;

    public static ReportSection Create(string id, TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByLength(log.Trials);
        return new()
        {
            Id = id,
            Title = "Memory and time",
            Lead = "The most bytes held on the device while a document is read, weights included, and the seconds until the answer. "
                + "Where a forecast is made before anything is allocated, it stands beside what was then measured.",
            Headline = ReportCells.Headline(cells, colors, "peak memory at", cell => Terminal.Bytes(cell.PeakBytes)),
            Figures = [PeakMemory(cells, colors), Times(cells, colors)],
            Tables =
            [
                ReportCells.Table("Peak memory (forecast)", cells, colors, PeakAndForecast),
                ReportCells.Table("Seconds", cells, colors, Seconds),
            ],
            Log = log,
        };
    }

    private static ReportFigure PeakMemory(IReadOnlyList<CellSummary> cells, ReportColors colors)
    {
        var axis = ChartAxis.Ratio(cells.Select(cell => cell.PeakBytes / Mebibyte), Size);
        return ReportCells.Lines("bytes", "Peak memory by length", cells, colors, axis, cell => new(
            cell.Length, cell.PeakBytes / Mebibyte, $"{EvaluationTable.Length(cell.Length)} tokens: {Terminal.Bytes(cell.PeakBytes)}"));
    }

    private static ReportFigure Times(IReadOnlyList<CellSummary> cells, ReportColors colors)
    {
        var axis = ChartAxis.Ratio(cells.Select(ShownSeconds), value => $"{Invariant(value)} s");
        return ReportCells.Lines("seconds", "Seconds by length", cells, colors, axis, cell => new(
            cell.Length, ShownSeconds(cell), $"{EvaluationTable.Length(cell.Length)} tokens: {Seconds(cell)} s"));
    }

    // The axis is logarithmic, so every value on it must be positive.
    private static double ShownSeconds(CellSummary cell) => Math.Max(cell.Seconds, ShortestSeconds);

    private static string PeakAndForecast(CellSummary cell) =>
        Terminal.Bytes(cell.PeakBytes) + (cell.ForecastBytes is { } forecast ? $" ({Terminal.Bytes(forecast)})" : "");

    private static string Size(double mebibytes) =>
        mebibytes < 1024 ? $"{Invariant(mebibytes)} MiB" : $"{Invariant(Math.Round(mebibytes / 1024, 1))} GiB";

    private static string Seconds(CellSummary cell) =>
        cell.Seconds.ToString(cell.Seconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Invariant(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
