using System.Globalization;
using Homer.Cli.Charts;
using Homer.Cli.Output;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>What reading takes.</summary>
internal static class MemorySection
{
    private const double Mebibyte = 1 << 20;

    public static ReportSection Create(string id, TrialLog log, ReportColors colors)
    {
        IReadOnlyList<CellSummary> cells = CellSummary.ByLength(log.Trials);
        return new(
            id, "Memory and time",
            "The most bytes held on the device while a document is read, weights included, and the seconds until the answer. Where a forecast is made before "
            + "anything is allocated, it stands beside what was then measured.",
            ReportCells.Headline(cells, colors, "peak memory at", cell => Terminal.Bytes(cell.PeakBytes)),
            [
                ReportCells.Lines(
                    "bytes", "Peak memory by length", cells, colors, ChartAxis.Ratio(cells.Select(cell => cell.PeakBytes / Mebibyte), Size),
                    cell => new(cell.Length, cell.PeakBytes / Mebibyte, $"{EvaluationTable.Length(cell.Length)} tokens: {Terminal.Bytes(cell.PeakBytes)}")),
                ReportCells.Lines(
                    "seconds", "Seconds by length", cells, colors, ChartAxis.Ratio(cells.Select(cell => Math.Max(cell.Seconds, 1e-3)), value => $"{Invariant(value)} s"),
                    cell => new(cell.Length, Math.Max(cell.Seconds, 1e-3), $"{EvaluationTable.Length(cell.Length)} tokens: {Seconds(cell)} s")),
            ],
            [
                ReportCells.Table("Peak memory (forecast)", cells, colors, cell =>
                    Terminal.Bytes(cell.PeakBytes) + (cell.ForecastBytes is { } forecast ? $" ({Terminal.Bytes(forecast)})" : "")),
                ReportCells.Table("Seconds", cells, colors, Seconds),
            ],
            log.Settings, log.Commands);
    }

    private static string Size(double mebibytes) => mebibytes < 1024 ? $"{Invariant(mebibytes)} MiB" : $"{Invariant(Math.Round(mebibytes / 1024, 1))} GiB";

    private static string Seconds(CellSummary cell) => cell.Seconds.ToString(cell.Seconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Invariant(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
