using System.Globalization;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Methods.Recall;
using Spectre.Console;

namespace Homer.Benchmarks.Retrieval;

/// <summary>
/// The command <c>retrieval MODEL TEXT [setting=value]…</c>: plants sentences in a text, as <c>homer eval needle</c> does, and measures
/// recall beside BM25 of Lucene.NET, which only this project has, and both together, each choosing the same number of tokens.
/// </summary>
internal static class RetrievalCommand
{
    public static int Run(string[] arguments)
    {
        if (arguments is not [var model, var text, .. string[] rest] || RetrievalSettings.Parse(rest) is not { } settings)
        {
            Console.Error.WriteLine($"Use: retrieval MODEL TEXT, and any of {RetrievalSettings.Names} as name=value.");
            return 2;
        }

        try
        {
            using var engine = HomerEngine.Load(model);
            Measure(engine, text, settings);
            return 0;
        }
        catch (HomerException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static void Measure(HomerEngine engine, string text, RetrievalSettings settings)
    {
        IEvaluationTask task = settings.Task(engine, text);
        if (settings["answers"] == "no")
            task = new ChoiceTask(task);
        IReadOnlyDictionary<string, string> shared = EvaluationRunner.Settings(engine, task);
        using TrialLog log = settings["log"].Length > 0 ? TrialLog.Open(settings["log"], shared) : TrialLog.InMemory(shared);
        log.Begin($"retrieval {settings}");
        int tokens = settings.Number("tokens");
        var recall = (RecallMethod)new RecallMethod(new RecallOptions { Tokens = tokens }).Configure(settings.OfRecall);
        if (settings["table"] is { Length: > 0 } table)
            recall = (RecallMethod)recall.WithCalibration(CalibrationTable.Read(table));
        Variant[] variants =
        [
            new("recall", recall),
            new("bm25, windows", new Bm25Method(engine.Tokenizer, Bm25Unit.Windows, tokens)),
            new("bm25, paragraphs", new Bm25Method(engine.Tokenizer, Bm25Unit.Paragraphs, tokens)),
            new("recall and bm25, windows", new Bm25Method(engine.Tokenizer, Bm25Unit.Windows, tokens, recall)),
        ];
        new EvaluationRunner(engine, task, variants, log) { KeepsLeaves = true }.Run();
        Print(CellSummary.ByLength(log.Trials));
    }

    private static void Print(IReadOnlyList<CellSummary> cells)
    {
        Table table = new Table().AddColumns("", "planted", "length", "n", "right, %", "in 512, %", "in 1,024, %");
        foreach (CellSummary cell in cells)
        {
            table.AddRow(
                cell.Variant, cell.Kind ?? "", $"{cell.Length:N0}", $"{cell.Trials}",
                Share(cell.Found ?? 0, cell.FoundInterval ?? default, cell.FoundByDocument), Among(cell, 0), Among(cell, 1));
        }

        AnsiConsole.Write(table);
    }

    private static string Among(CellSummary cell, int index) =>
        cell.Among.Count > index ? Share(cell.Among[index].Share, cell.Among[index].Interval, cell.Among[index].ByDocument) : "0";

    private static string Share(double share, WilsonInterval interval, ResampledInterval? byDocument)
    {
        (double low, double high) = byDocument is { } drawn ? (drawn.Low, drawn.High) : (interval.Low, interval.High);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} ({100 * low:0}–{100 * high:0})");
    }
}
