using System.Globalization;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer.Forecast;

/// <summary>
/// Keeps a run within a given number of bytes: of the chunk lengths up to the default, the longest whose forecast peak fits, with keys and
/// values in 32 bits, or else in 16, and leaves side by side, or else one after another. Smaller chunks need less memory, but not always: a chunk too small by one token may double the
/// leaves. So lengths are tried in turn.
/// </summary>
public static class MemoryBudget
{
    // Chunks with less context than this, or mostly of affixes, would read the document in scraps.
    private const int LeastContext = 32;

    /// <summary>The settings with the chunk, and so the target, and the cache's element type chosen; those that were given are kept, and only checked.</summary>
    /// <param name="request">What is to be read; nothing is allocated.</param>
    /// <param name="generation">How the context is continued; null where it is not.</param>
    /// <param name="bytes">The most bytes that the device may hold at once, the model's weights included.</param>
    /// <returns>The settings, and the forecast of the run.</returns>
    /// <exception cref="HomerException">Nothing useful fits, and the message says what would; or no chunk suits the input.</exception>
    public static (HomerOptions Options, MemoryForecast Forecast) Fit(ContextRequest request, GenerationOptions? generation, long bytes)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        RequireWeights(request.Model.Device.Memory.InUse, bytes);
        (HomerOptions Options, MemoryForecast Forecast)? least = null;
        HomerException? refusal = null;
        foreach (HomerOptions options in Choices(request))
        {
            try
            {
                MemoryForecast forecast = RunForecast.OfValid(request with { Options = options }, generation).Memory;
                if (forecast.PeakBytes <= bytes)
                    return (options, forecast);
                if (least is null || forecast.PeakBytes < least.Value.Forecast.PeakBytes)
                    least = (options, forecast);
            }
            catch (HomerException e)
            {
                // A chunk that the table does not cover, or that cannot merge; a smaller one may.
                refusal ??= e;
            }
        }

        throw least is { } nearest
            ? new HomerException(
                $"This run does not fit into {Text(bytes)} bytes: {(request.Options.Chunk is null ? "even with" : "with")} chunks of {nearest.Options.Chunk} tokens "
                + $"its peak is {Text(nearest.Forecast.PeakBytes)}, of which {Text(nearest.Forecast.WeightsBytes)} are weights; "
                + $"allow that much, {(request.Options.Chunk is null ? "" : "leave the chunk open, ")}or take a shorter document or fewer new tokens.")
            : refusal!;
    }

    /// <summary>Refuses a budget that the weights alone exceed, before they are loaded.</summary>
    /// <param name="weights">Bytes of the weights.</param>
    /// <param name="bytes">The most bytes that the device may hold at once.</param>
    /// <exception cref="HomerException">They are too many.</exception>
    public static void RequireWeights(long weights, long bytes)
    {
        if (weights > bytes)
            throw new HomerException($"The model's weights alone take {Text(weights)} bytes, more than the {Text(bytes)} allowed; allow more, or take a smaller model.");
    }

    /// <summary>Longer chunks before smaller ones, and for each 32-bit caches before 16-bit ones, which cost hardly any accuracy, and what is faster before what is smaller.</summary>
    private static IEnumerable<HomerOptions> Choices(ContextRequest request) =>
        from chunk in Chunks(request)
        from type in request.Options.CacheType is { } given ? [given] : Enum.GetValues<CacheType>()
        from rows in RowsAtOnce(request)
        select request.Options with { Chunk = chunk, CacheType = type, RowsAtOnce = rows };

    private static int?[] RowsAtOnce(ContextRequest request) =>
        request.Options.RowsAtOnce is null && request.Model.Device.RowsAtOnce > 0 ? [null, 0] : [request.Options.RowsAtOnce];

    /// <summary>The lengths worth trying, longest first: each one, or of very long chunks one in a thousandth of their length.</summary>
    private static IEnumerable<int> Chunks(ContextRequest request)
    {
        int longest = request.Options.Resolve(request.Model.Config).Chunk, affixes = request.Input.Prefix.Count + request.Input.Suffix.Count;
        yield return longest;
        if (request.Options.Chunk is not null)
            yield break;
        int shortest = Math.Max(request.Options.InitialChunk ?? 0, affixes + Math.Max(affixes, LeastContext));
        for (int chunk = Next(longest); chunk >= shortest; chunk = Next(chunk))
            yield return chunk;

        static int Next(int chunk) => chunk - Math.Max(1, chunk / 1024);
    }

    private static string Text(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
