using Homer.Cli.Charts;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>How well what follows is predicted.</summary>
internal static class PerplexitySection
{
    private const int MostLengths = 8;

    public static ReportSection Create(string id, TrialLog log, ReportColors colors)
    {
        bool sparse = PerplexityTask.IsSparse(log.Settings);
        IReadOnlyList<CellSummary> cells = sparse ? CellSummary.ByLength(log.Trials) : CellSummary.Accumulated(log.Trials, Lengths(log));
        string where = sparse ? "after" : "up to";
        int texts = log.Trials.Select(trial => trial.Source).Distinct().Count();
        return new(
            id, "Predicting what follows",
            $"Perplexity of {(sparse ? "the" : "all parts of")} {log.Settings.GetValueOrDefault("part")} tokens {where} a length, over {texts} {(texts == 1 ? "text" : "texts")}: what comes before a part is read, then "
            + "the part is predicted token by token. Lower is better.",
            ReportCells.Headline(cells, colors, $"perplexity {where}", EvaluationTable.Perplexity),
            [ReportCells.Lines("perplexity", $"Perplexity {where} a length", cells, colors, ChartAxis.Ratio(cells.Select(cell => cell.Perplexity!.Value), value => $"{value:0.##}"), cell => Point(cell, where))],
            [ReportCells.Table($"Perplexity {where} a length", cells, colors, EvaluationTable.Perplexity)], log.Settings, log.Commands);
    }

    /// <summary>A few of the lengths at which parts begin: all, or else the longest, half of it, and so on.</summary>
    private static int[] Lengths(TrialLog log)
    {
        int[] all = [.. log.Trials.Select(trial => trial.Length).Distinct().Order()];
        return all.Length <= MostLengths ? all : [.. all.Where(length => Enumerable.Range(0, MostLengths).Any(halvings => all.First(start => start >= all[^1] >> halvings) == length))];
    }

    private static ChartPoint Point(CellSummary cell, string where) =>
        new(cell.Length, cell.Perplexity!.Value, $"{where} {EvaluationTable.Length(cell.Length)} tokens: {EvaluationTable.Perplexity(cell)}");
}
