using System.Globalization;
using Homer.Cli.Output;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;
using Spectre.Console;

namespace Homer.Cli.Reports;

/// <summary>Prints results as tables with a row for each variant and a column for each length, or as JSON.</summary>
internal static class EvaluationTable
{
    private const string NotMeasured = "–";

    /// <summary>Prints the cells of a log.</summary>
    /// <param name="log">The log that the cells are from.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="heading">The quantity that the table shows.</param>
    /// <param name="show">Formats a cell.</param>
    /// <param name="json">Whether to print an object instead of a table.</param>
    /// <param name="byDepth">Cells to show in a further table for each variant, with a row for each depth.</param>
    /// <param name="bySource">Cells to show in a further table for each variant, with a row for each file that documents are from.</param>
    public static void Write(
        TrialLog log, IReadOnlyList<CellSummary> cells, string heading, Func<CellSummary, string> show, bool json,
        IReadOnlyList<CellSummary>? byDepth = null, IReadOnlyList<CellSummary>? bySource = null)
    {
        if (json)
        {
            Terminal.WriteJson(new { log.Settings, Cells = cells, ByDepth = byDepth, BySource = bySource });
            return;
        }

        Terminal.WriteTable(Create(heading, cells, Row, cell => Markup.Escape(show(cell))));
        foreach (IGrouping<string, CellSummary> files in (bySource ?? []).GroupBy(Row))
            Terminal.WriteTable(Create($"{files.Key}, by text", files, cell => cell.Source ?? "", cell => Markup.Escape(show(cell))));
        foreach (IGrouping<string, CellSummary> map in (byDepth ?? []).GroupBy(Row))
        {
            IEnumerable<CellSummary> ordered = map.OrderBy(cell => cell.Depth);
            Terminal.WriteTable(Create($"{map.Key}, by depth", ordered, cell => $"{100 * cell.Depth:0.##} %", Shaded));
        }
    }

    /// <summary>Returns the accuracy in percent, and below it the 95 % confidence interval.</summary>
    public static string Accuracy(CellSummary cell) =>
        Share(cell.Accuracy!.Value, cell.Interval!.Value, cell.AccuracyByDocument);

    /// <summary>
    /// Returns the share of expected values found in percent, below it the 95 % confidence interval, and where it is known the share of
    /// the tokens stating them that were kept, and of questions whose tokens are all among the first that were chosen.
    /// </summary>
    public static string Found(CellSummary cell) =>
        Share(cell.Found!.Value, cell.FoundInterval!.Value, cell.FoundByDocument)
        + (cell.Kept is { } kept ? string.Create(CultureInfo.InvariantCulture, $"\nkept {100 * kept:0}") : "")
        + string.Concat(cell.Among.Select(among => string.Create(
            CultureInfo.InvariantCulture, $"\nin {among.Tokens:N0}: {100 * among.Share:0}")));

    /// <summary>Returns the perplexity.</summary>
    public static string Perplexity(CellSummary cell) =>
        cell.Perplexity!.Value.ToString(cell.Perplexity < 100 ? "0.00" : "0.#e0", CultureInfo.InvariantCulture);

    /// <summary>Returns a number of tokens, with the unit k (1024) where it divides evenly.</summary>
    public static string Length(int length) =>
        length % 1024 == 0 ? $"{length / 1024}k" : length.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Returns a share with its interval, which is that by documents where questions share them.</summary>
    private static string Share(double share, WilsonInterval interval, ResampledInterval? byDocument)
    {
        (double low, double high) = byDocument is { } drawn ? (drawn.Low, drawn.High) : (interval.Low, interval.High);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * share:0}\n{100 * low:0}–{100 * high:0}");
    }

    private static string Row(CellSummary cell) => cell.Kind is null ? cell.Variant : $"{cell.Variant}, {cell.Kind}";

    private static Table Create(
        string heading, IEnumerable<CellSummary> cells, Func<CellSummary, string> row, Func<CellSummary, string> show)
    {
        int[] lengths = [.. cells.Select(cell => cell.Length).Distinct().Order()];
        Table table = Terminal.CreateTable(Markup.Escape(heading));
        foreach (int length in lengths)
            table.AddColumn(new TableColumn(Length(length)).RightAligned());
        foreach (IGrouping<string, CellSummary> line in cells.GroupBy(row))
        {
            Dictionary<int, CellSummary> byLength = line.ToDictionary(cell => cell.Length);
            IEnumerable<string> values = lengths.Select(length =>
                byLength.TryGetValue(length, out CellSummary? cell) ? show(cell) : NotMeasured);
            table.AddRow([Markup.Escape(line.Key), .. values]);
        }

        return table;
    }

    private static string Shaded(CellSummary cell)
    {
        string color = cell.Accuracy >= 0.75 ? "black on green" : cell.Accuracy >= 0.25 ? "black on yellow" : "white on maroon";
        return string.Create(CultureInfo.InvariantCulture, $"[{color}] {100 * cell.Accuracy:0} [/]");
    }
}
