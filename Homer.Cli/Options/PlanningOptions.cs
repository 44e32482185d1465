using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Contexts.Hierarchical;
using Homer.Engine.Generation;
using Homer.Engine.Models;

namespace Homer.Cli.Options;

/// <summary>The options that look ahead: a limit of memory, and the plan of a run in place of the run.</summary>
internal sealed class PlanningOptions
{
    private readonly Option<string?> memory = new("--memory")
    {
        Description = "Most device memory to take, weights included; chooses the chunk, and a given --chunk or --target is only checked",
        HelpName = "SIZE",
    };

    private readonly Option<bool> explain = new("--explain") { Description = "Show the tree and forecast memory, work and time, and read nothing" };

    /// <summary>Adds the options to a command.</summary>
    public PlanningOptions(Command command)
    {
        command.Add(memory);
        command.Add(explain);
    }

    /// <summary>Whether the plan is asked for.</summary>
    public bool Explains(ParseResult parsed) => parsed.GetValue(explain);

    /// <summary>Refuses what cannot be, before the model is loaded.</summary>
    public void Check(ParseResult parsed, string modelFolder, string method = "homer")
    {
        if (method != "homer" && (Explains(parsed) || parsed.GetValue(memory) is not null))
            throw new UsageException($"--explain and --memory are for --method homer, not {method}.");
        if (Limit(parsed) is { } bytes)
            MemoryBudget.RequireWeights(LlamaModel.WeightsBytes(modelFolder), bytes);
    }

    /// <summary>The request with a chunk that fits the memory allowed, if a limit is given.</summary>
    public ContextRequest Fit(ParseResult parsed, ContextRequest request, GenerationOptions? generation)
    {
        if (Limit(parsed) is not { } bytes)
            return request;
        (HomerOptions options, MemoryForecast forecast) = MemoryBudget.Fit(request, generation, bytes);
        Terminal.Note($"Chunks of {options.Chunk:N0} tokens: forecast peak {Terminal.Bytes(forecast.PeakBytes)} of {Terminal.Bytes(bytes)} allowed");
        return request with { Options = options };
    }

    private long? Limit(ParseResult parsed) => parsed.GetValue(memory) is { } text ? MemorySize.Parse(text) : null;
}
