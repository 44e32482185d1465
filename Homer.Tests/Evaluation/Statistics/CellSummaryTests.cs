using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Trials;
using Homer.Tests.Evaluation.Trials;

namespace Homer.Tests.Evaluation.Statistics;

public sealed class CellSummaryTests
{
    [Fact]
    public void Cells_count_what_is_theirs()
    {
        Trial[] trials =
        [
            TestTrials.Of("a", 1024, 1, true, 0), TestTrials.Of("a", 1024, 2, false, 0.5), TestTrials.Of("a", 1024, 3, true, 0.5),
            TestTrials.Of("a", 2048, 1, false, 0), TestTrials.Of("b", 1024, 1, true, 0),
        ];
        Assert.Equal(
            [("a", 1024, 3, (int?)2), ("a", 2048, 1, 0), ("b", 1024, 1, 1)],
            CellSummary.ByLength(trials).Select(cell => (cell.Variant, cell.Length, cell.Trials, cell.Right)));
        Assert.Equal(
            [("a", 1024, 0.0, 1), ("a", 1024, 0.5, 2), ("a", 2048, 0.0, 1), ("b", 1024, 0.0, 1)],
            CellSummary.ByDepth(trials).Select(cell => (cell.Variant, cell.Length, cell.Depth!.Value, cell.Trials)));
        CellSummary first = CellSummary.ByLength(trials)[0];
        Assert.Equal((2.0 / 3, WilsonInterval.Of(2, 3), 0.75, 3000L), (first.Accuracy, first.Interval, first.Seconds, first.PeakBytes));
        Assert.Null(first.Perplexity);
    }

    [Fact]
    public void Shares_of_values_are_averaged_and_files_told_apart()
    {
        Trial[] trials =
        [
            TestTrials.Of("a", 1024, 1, true) with { Source = "x", Found = 1, Kept = 1 },
            TestTrials.Of("a", 1024, 2, false) with { Source = "y", Found = 0.5, Kept = 0.25 },
            TestTrials.Of("b", 1024, 2, false) with { Source = "y", Found = 0.25 },
        ];
        CellSummary both = CellSummary.ByLength(trials)[0];
        Assert.Equal((1, 0.75, 0.625), (both.Right, both.Found, both.Kept));
        Assert.Equal(WilsonInterval.Of(1.5, 2), both.FoundInterval);
        Assert.Equal(
            [("a", "x", 1.0, 1.0), ("a", "y", 0.5, 0.25), ("b", "y", 0.25, null)],
            CellSummary.BySource(trials).Select(cell => (cell.Variant, cell.Source, cell.Found, cell.Kept)));
        Assert.Null(CellSummary.ByLength([TestTrials.Of("a", 1024, 1, true)])[0].FoundInterval);
    }

    [Fact]
    public void Many_depths_are_brought_to_a_few()
    {
        Trial[] trials =
        [
            .. Enumerable.Range(0, 100).Select(i => TestTrials.Of("a", 1024, i, i % 2 == 0, i / 99.0)),
            TestTrials.Of("a", 1024, right: true),
        ];
        IReadOnlyList<CellSummary> cells = CellSummary.ByDepth(trials);
        Assert.Equal([0.0, 0.25, 0.5, 0.75, 1.0], cells.Select(cell => cell.Depth!.Value));
        Assert.Equal(100, cells.Sum(cell => cell.Trials));
    }

    [Fact]
    public void Perplexity_accumulates_by_tokens_not_by_parts()
    {
        Trial[] trials =
        [
            TestTrials.Of("a", 100, cost: (10 * Math.Log(2), 10)),
            TestTrials.Of("a", 200, cost: (30 * Math.Log(8), 30)),
            TestTrials.Of("b", 200, cost: (7, 7)),
        ];
        IReadOnlyList<CellSummary> cells = CellSummary.Accumulated(trials, [100, 150, 200]);
        Assert.Equal([("a", 100), ("a", 150), ("a", 200), ("b", 200)], cells.Select(cell => (cell.Variant, cell.Length)));
        Assert.Equal(2, cells[0].Perplexity!.Value, 1e-12);
        Assert.Equal(2, cells[1].Perplexity!.Value, 1e-12);
        Assert.Equal(Math.Pow(2, 100.0 / 40), cells[2].Perplexity!.Value, 1e-12);
        Assert.Equal(Math.E, cells[3].Perplexity!.Value, 1e-12);
        Assert.Null(cells[0].Accuracy);
    }
}
