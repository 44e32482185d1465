using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>The section of perplexity by length.</summary>
internal static class PerplexitySection
{
    private const int MostLengths = 8;

    public static ReportSection Create(string id, TrialLog log, ReportColors colors)
    {
        bool sparse = PerplexityTask.IsSparse(log.Settings);
        IReadOnlyList<CellSummary> cells = sparse ? CellSummary.ByLength(log.Trials) : CellSummary.Accumulated(log.Trials, Lengths(log));
        string where = sparse ? "after" : "up to", caption = $"Perplexity {where} a length";
        int texts = log.Trials.Select(trial => trial.Source).Distinct().Count();
        var axis = ChartAxis.Ratio(cells.Select(cell => cell.Perplexity!.Value), value => $"{value:0.##}");
        return new()
        {
            Id = id,
            Title = "Predicting what follows",
            Lead = $"Perplexity of {(sparse ? "the" : "all parts of")} {log.Settings.GetValueOrDefault("part")} tokens {where} a length, "
                + $"over {texts} {(texts == 1 ? "text" : "texts")}: what comes before a part is read, then "
                + "the part is predicted token by token. Lower is better.",
            Headline = ReportCells.Headline(cells, colors, $"perplexity {where}", EvaluationTable.Perplexity),
            Figures = [ReportCells.Lines("perplexity", caption, cells, colors, axis, cell => Point(cell, where))],
            Tables = [ReportCells.Table(caption, cells, colors, EvaluationTable.Perplexity)],
            Log = log,
        };
    }

    /// <summary>Returns the lengths to show: all if they are few, else the longest, half of it, a quarter of it, and so on.</summary>
    private static int[] Lengths(TrialLog log)
    {
        int[] all = [.. log.Trials.Select(trial => trial.Length).Distinct().Order()];
        if (all.Length <= MostLengths)
            return all;
        IEnumerable<int> halved = Enumerable.Range(0, MostLengths).Select(halvings => all.First(length => length >= all[^1] >> halvings));
        return [.. halved.Distinct().Order()];
    }

    private static ChartPoint Point(CellSummary cell, string where) => new(
        cell.Length, cell.Perplexity!.Value,
        $"{where} {EvaluationTable.Length(cell.Length)} tokens: {EvaluationTable.Perplexity(cell)}");
}
