using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Options;

/// <summary>The options that look ahead: a limit of memory, and the plan of a reading in place of the reading.</summary>
internal sealed class PlanningOptions
{
    private readonly Option<string?> memory = new("--memory")
    {
        Description = "Limit of device memory, weights included, such as 6GB; chooses --chunk and --cache-type unless they are given [default: none]",
        HelpName = "SIZE",
    };

    private readonly Option<bool> explain = new("--explain")
    {
        Description = "Show the tree of chunks and forecast memory, work and time, without reading the document",
    };

    /// <summary>Adds the options to a command.</summary>
    public PlanningOptions(Command command)
    {
        command.Add(memory);
        command.Add(explain);
    }

    /// <summary>Returns whether the plan is asked for in place of the reading.</summary>
    public bool Explains(ParseResult parsed) => parsed.GetValue(explain);

    /// <summary>Returns the most bytes to take; null where no limit is given.</summary>
    public long? Budget(ParseResult parsed) => parsed.GetValue(memory) is { } text ? MemorySize.Parse(text) : null;

    /// <summary>Refuses impossible options before the model is loaded.</summary>
    public void Check(ParseResult parsed, string modelFolder, IContextMethod? method = null)
    {
        if (method is not (null or IFitsMemory) && (Explains(parsed) || parsed.GetValue(memory) is not null))
            throw new UsageException($"--explain and --memory are for --method homer and its variants, not {method.Name}.");
        if (Budget(parsed) is { } bytes)
            MemoryBudget.RequireWeights(TransformerModel.WeightsBytes(modelFolder, parsed.Precision()), bytes);
    }

    /// <summary>Reports the settings that were chosen for a limit of memory.</summary>
    public void Report(ParseResult parsed, DocumentReader reader)
    {
        if (reader.Fitted is not var (choice, forecast))
            return;
        string type = choice.Request.CacheType == CacheType.Float16 ? ", 16-bit keys and values" : "";
        Terminal.Note(
            $"Chunks of {choice.Chunk:N0} tokens{type}: forecast peak {Terminal.Bytes(forecast.PeakBytes)} of {Terminal.Bytes(Budget(parsed)!.Value)} allowed");
    }
}
