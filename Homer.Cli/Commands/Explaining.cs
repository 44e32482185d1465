using System.Globalization;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Reading;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary>Shows the plan of a reading and the memory, work and time that it would take, instead of reading.</summary>
internal static class Explaining
{
    /// <summary>Plans, forecasts and prints; the model does not process the document.</summary>
    /// <param name="reader">The reader of the document, whose method merges.</param>
    /// <param name="options">The settings of the answer; null where none follows.</param>
    /// <param name="json">Whether to print an object instead of tables.</param>
    public static void Run(DocumentReader reader, bool json, GenerationOptions? options = null)
    {
        ReadingForecast forecast = reader.Forecast()!;
        double seconds = SpeedProbe.Estimate(reader.Request.Model, forecast, reader.Request.Cancellation).TotalSeconds;
        if (forecast is RecallForecast recall)
        {
            ExplainedRecall.Write(recall, seconds, json);
            return;
        }

        var merging = (MergeForecast)forecast;
        FurtherCost further = FurtherCost.Of(reader, merging, seconds, options);
        if (json)
            WriteJson(merging, seconds, further);
        else
            WriteTables(merging, seconds, further);
    }

    private static void WriteJson(MergeForecast forecast, double seconds, FurtherCost further)
    {
        (MergePlan plan, ResolvedHomerOptions options) = (forecast.Reading.Plan, forecast.Reading.Options);
        Terminal.WriteJson(new
        {
            Input = new
            {
                Tokens = forecast.Reading.Request.Input.Length,
                Prefix = plan.PrefixLength,
                Context = plan.DocumentLength,
                Suffix = plan.SuffixLength,
            },
            Options = new { options.Chunk, options.Target, options.Warmup, options.InitialChunk, options.Overlap },
            Tree = new
            {
                plan.Height,
                Leaves = plan.LeafCount,
                LeafContext = plan.LeafDocumentLength,
                plan.LeavesAtOnce,
                plan.Overlap,
                plan.SuffixPosition,
                Levels = PlanLevel.Of(plan),
            },
            forecast.Memory,
            HostBytes = MemoryForecast.HostBytesFor(forecast.Reading.Request.Input.Length),
            forecast.Work,
            EstimatedSeconds = seconds,
            FurtherReadings = further,
        });
    }

    private static void WriteTables(MergeForecast forecast, double seconds, FurtherCost further)
    {
        (MergePlan plan, ResolvedHomerOptions options) = (forecast.Reading.Plan, forecast.Reading.Options);
        ContextRequest request = forecast.Reading.Request;
        string overlap = plan.Overlap > 0 ? $"; leaves overlap by {plan.Overlap} tokens" : "";
        string atOnce = plan.LeavesAtOnce > 1 ? $"; {plan.LeavesAtOnce} leaves run side by side" : "";
        Console.Out.WriteLine(
            $"{request.Input.Length:N0} tokens "
            + $"(prefix {plan.PrefixLength}, document {plan.DocumentLength:N0}, suffix {plan.SuffixLength}) in "
            + $"{plan.LeafCount:N0} chunk{(plan.LeafCount == 1 ? "" : "s")} of at most {options.Chunk:N0}; every suffix begins at position "
            + $"{plan.SuffixPosition:N0}{overlap}{atOnce}");
        Terminal.WriteTable(Tree(plan));
        var table = new ForecastTable();
        string again = forecast.Reading.Recomputes
            ? "; they are then read again as ordinary text"
            : options.RereadSuffix ? "; the suffix is then read again over it" : "";
        table.Add("finished cache", $"{plan.Footprint.Finished[^1]:N0} tokens{again}");
        table.Add(forecast, request, seconds);
        if (further.Most > 0)
        {
            string kept = further.KeptBytes > 0 ? $"; {Terminal.Bytes(further.KeptBytes)} of leaves are kept for them" : "";
            table.Add("where unsure", $"up to {further.Most} further readings, {ForecastTable.Duration(further.SecondsEach)} each{kept}");
        }

        table.Write();
    }

    /// <summary>Returns the table of the tree, the root first, with one row for all equal chunks of a height.</summary>
    private static Table Tree(MergePlan plan)
    {
        Table table = new Table().AddColumns("height", "chunks", "tokens each", "layers", "pruned to").Border(TableBorder.Rounded);
        foreach (TableColumn column in table.Columns.Skip(1))
            column.RightAligned();
        int? shown = null;
        foreach (PlanLevel level in PlanLevel.Of(plan).OrderByDescending(level => level.Height))
        {
            string height = level.Height == shown ? "" : Number(level.Height);
            if (level.Height != shown && (level.Height == 0 || level.Height == plan.Height))
                height += level.Height == 0 ? " (leaves)" : " (root)";
            shown = level.Height;
            string layers = (level.EndLayer - level.FirstLayer) switch
            {
                0 => "–",
                1 => $"{level.FirstLayer}",
                _ => $"{level.FirstLayer}–{level.EndLayer - 1}",
            };
            table.AddRow(
                height,
                Number(level.Count),
                Number(level.Length),
                layers,
                level.KeptLength < level.Length ? Number(level.KeptLength) : "–");
        }

        return table;
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The cost of the further readings that an answer may take where the model is unsure.</summary>
    /// <param name="Most">The most further readings.</param>
    /// <param name="SecondsEach">The estimated seconds of one, which reads only the suffix of leaves that are kept.</param>
    /// <param name="SecondsMost">The estimated seconds of all.</param>
    /// <param name="KeptBytes">The bytes of the leaves that are kept for them.</param>
    private sealed record FurtherCost(int Most, double SecondsEach, double SecondsMost, long KeptBytes)
    {
        public static FurtherCost Of(DocumentReader reader, MergeForecast forecast, double seconds, GenerationOptions? options)
        {
            int most = options is { Confidence: > 0 } ? Math.Min(options.MostReadings, options.MaxTokens - 1) : 0;
            bool keeps = forecast.Reading.Leaves is not null;
            // Few leaves gain nothing.
            double each = !keeps || most == 0 ? seconds : Math.Min(seconds, SpeedProbe.EstimateWithKeptLeaves(
                reader.Request.Model, forecast, TimeSpan.FromSeconds(seconds), reader.Request.Cancellation).TotalSeconds);
            return new(most, each, most * each, keeps ? forecast.Reading.KeptBytes : 0);
        }
    }
}
