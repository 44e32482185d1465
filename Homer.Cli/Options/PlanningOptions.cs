using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Options;

/// <summary>The options that look ahead: a limit of memory, and the plan of a run in place of the run.</summary>
internal sealed class PlanningOptions
{
    private readonly Option<string?> memory = new("--memory")
    {
        Description = "Limit of device memory, weights included, such as 6GB; chooses --chunk and --cache-type unless they are given [default: none]",
        HelpName = "SIZE",
    };

    private readonly Option<bool> explain = new("--explain") { Description = "Show the tree of chunks and forecast memory, work and time, without reading the document" };

    /// <summary>Adds the options to a command.</summary>
    public PlanningOptions(Command command)
    {
        command.Add(memory);
        command.Add(explain);
    }

    /// <summary>Whether the plan is asked for.</summary>
    public bool Explains(ParseResult parsed) => parsed.GetValue(explain);

    /// <summary>The most bytes to take, if a limit is given.</summary>
    public long? Budget(ParseResult parsed) => parsed.GetValue(memory) is { } text ? MemorySize.Parse(text) : null;

    /// <summary>Refuses what cannot be, before the model is loaded.</summary>
    public void Check(ParseResult parsed, string modelFolder, IContextMethod? method = null)
    {
        if (method is not (null or HomerMethod) && (Explains(parsed) || parsed.GetValue(memory) is not null))
            throw new UsageException($"--explain and --memory are for --method homer and its variants, not {method.Name}.");
        if (Budget(parsed) is { } bytes)
            MemoryBudget.RequireWeights(TransformerModel.WeightsBytes(modelFolder, parsed.Precision()), bytes);
    }

    /// <summary>The request with a chunk that fits the memory allowed, if a limit is given.</summary>
    public ContextRequest Fit(ParseResult parsed, ContextRequest request, GenerationOptions? generation)
    {
        if (Budget(parsed) is not { } bytes)
            return request;
        // A further reading carries the answer so far along with the question: room is left for its first words.
        int words = generation is { Confidence: > 0 } ? Math.Min(generation.MaxTokens, 32) : 0;
        ContextInput input = request.Input;
        ContextInput longest = input with { Suffix = [.. input.Suffix, .. Enumerable.Repeat(0, words)] };
        (HomerOptions options, MemoryForecast forecast) = MemoryBudget.Fit(request with { Input = longest }, generation, bytes);
        Terminal.Note($"Chunks of {options.Chunk:N0} tokens{(options.CacheType == CacheType.Float16 ? ", 16-bit keys and values" : "")}: forecast peak {Terminal.Bytes(forecast.PeakBytes)} of {Terminal.Bytes(bytes)} allowed");
        return request with { Options = options };
    }
}
