using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Options;

/// <summary>The options <c>--memory</c>, a limit of device memory, and <c>--explain</c>, which shows a plan instead of reading.</summary>
internal sealed class PlanningOptions
{
    private readonly Option<string?> memory = new Option<string?>("--memory")
    {
        Description = "Limit of device memory, weights included, such as 6GB; chooses --chunk and --cache-type unless they are given; "
            + "the text itself takes host memory besides [default: none]",
        HelpName = "SIZE",
    }.CheckedIfGiven(text => MemorySize.Parse(text));

    private readonly Option<bool> explain = new("--explain")
    {
        Description = "Show the tree of chunks, or the heads that look, and forecast memory, work and time, without reading the document",
    };

    /// <summary>Adds the options to a command.</summary>
    public PlanningOptions(Command command)
    {
        command.Add(memory);
        command.Add(explain);
    }

    /// <summary>Returns whether <c>--explain</c> was given.</summary>
    public bool Explains(ParseResult parsed) => parsed.GetValue(explain);

    /// <summary>Returns the limit of device memory in bytes; null if none was given.</summary>
    public long? Budget(ParseResult parsed) => parsed.GetValue(memory) is { } text ? MemorySize.Parse(text) : null;

    /// <summary>Refuses impossible options before the model is loaded.</summary>
    /// <exception cref="UsageException">The method has no plan that could be shown or fitted into memory.</exception>
    /// <exception cref="HomerException">The weights alone exceed the limit of memory.</exception>
    public void Check(ParseResult parsed, Option<string> model, IContextMethod? method = null)
    {
        if (method is not (null or IChunkedMethod) && parsed.GetValue(memory) is not null)
            throw new UsageException($"--memory is for --method homer and its variants, not {method.Name}.");
        if (method is not (null or IPlannedMethod) && Explains(parsed))
            throw new UsageException($"--explain is for --method homer, its variants and recall, not {method.Name}.");
        if (Budget(parsed) is { } bytes)
            MemoryBudget.RequireWeights(TransformerModel.WeightsBytes(parsed.ModelFolder(model), parsed.Precision()), bytes);
    }

    /// <summary>Reports the settings that were chosen so that a reading stays within the limit of memory.</summary>
    public void Report(ParseResult parsed, DocumentReader reader)
    {
        if (reader.Fitted is not var (choice, forecast))
            return;
        string type = choice.Request.CacheType == CacheType.Float16 ? ", 16-bit keys and values" : "";
        string peak = Terminal.Bytes(forecast.PeakBytes), limit = Terminal.Bytes(Budget(parsed)!.Value);
        Terminal.Note($"Chunks of {choice.Chunk:N0} tokens{type}: forecast peak {peak} of {limit} allowed");
    }
}
