using System.Diagnostics;
using System.Globalization;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Models;
using Homer.Kernels.Elements;
using Spectre.Console;

namespace Homer.Benchmarks.Retrieval;

/// <summary>
/// The command <c>question MODEL HEADS [TOKENS]…</c>: the seconds and the memory of a further question about documents of some lengths. The
/// keys are drawn by chance and not read from a document, since asking takes as long whatever they are.
/// </summary>
internal static class QuestionCommand
{
    private const int PartTokens = 1900;
    private const int Repeats = 5;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var model, var heads, .. string[] lengths] || lengths.Length == 0)
        {
            Console.Error.WriteLine("Use: question MODEL HEADS TOKENS…");
            return 2;
        }

        try
        {
            using var engine = HomerEngine.Load(model);
            Table table = new Table().AddColumns(
                "tokens", "seconds of a question (fastest)", "of which scoring", "resident memory, MiB", "device memory, MiB");
            foreach (string length in lengths)
                table.AddRow(Measure(engine, heads, int.Parse(length, CultureInfo.InvariantCulture)));
            AnsiConsole.Write(table);
            return 0;
        }
        catch (HomerException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static string[] Measure(HomerEngine engine, string heads, int length)
    {
        TransformerModel model = engine.Model;
        var options = new RecallOptions { Heads = heads, Tokens = 512, Neighbours = 16 };
        ResolvedRecallOptions resolved = options.Resolve(model.Config, model.Config.RopeScaling, null);
        var random = new Random(1);
        int[] document = [.. Enumerable.Range(0, length).Select(_ => random.Next(model.Config.VocabularySize / 2) + 100)];
        List<RecallPart> parts = [];
        for (int start = 0; start < length; start += PartTokens)
            parts.Add(Part(random, Math.Min(PartTokens, length - start), resolved.Heads.Count, model.Config.HeadDim));
        ContextInput input = engine.Prompt.Encode(document, "Where did the doctor hide the musical instrument?");
        var key = new RecallKey(input.Prefix, document, resolved, model.Config.RopeScaling);
        RecallMethod method = new RecallMethod(options).WithMemory(RecallMemory.OfBook(key, parts, [0]));
        double best = double.PositiveInfinity, scoring = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            model.Device.Memory.ResetPeak();
            long start = Stopwatch.GetTimestamp();
            method.Read(engine.Request(input, 16)).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            using var reader = new KeyReader(model, model.Config.RopeScaling, resolved, input.Prefix, default);
            QuestionQueries queries = reader.ReadQuestion([.. input.Suffix], input.Question, default);
            start = Stopwatch.GetTimestamp();
            using var search = new RecallSearch(model, resolved.Heads.Count, length, queries.Tokens);
            search.Scores(parts, queries, default);
            scoring = Math.Min(scoring, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return
        [
            $"{length:N0}", Seconds(best), Seconds(scoring), $"{process.WorkingSet64 / (double)(1 << 20):N0}",
            $"{(model.Device.Memory.Peak - model.Device.Memory.InUse) / (double)(1 << 20):N1}",
        ];
    }

    private static RecallPart Part(Random random, int tokens, int heads, int headDim)
    {
        var bytes = new byte[tokens * heads * headDim];
        random.NextBytes(bytes);
        var scales = new Float16[tokens * heads];
        Array.Fill(scales, default(Float16).FromSingle(0.01f));
        return new((sbyte[])(Array)bytes, scales);
    }

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);
}
