using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Reading;

/// <summary>The device memory of reading tokens into one cache (<see cref="PlainReading"/>), to the byte.</summary>
internal static class PlainFootprint
{
    /// <summary>Forecasts a reading and the continuation after it.</summary>
    /// <param name="request">The model and the settings.</param>
    /// <param name="tokens">The number of tokens that are read.</param>
    /// <param name="held">The bytes that are held before.</param>
    /// <param name="generation">The settings of the continuation; null where the context is not continued.</param>
    public static MemoryForecast Forecast(ContextRequest request, int tokens, long held, GenerationOptions? generation)
    {
        (TransformerModel model, ModelConfig config) = (request.Model, request.Model.Config);
        int capacity = tokens + request.NewTokens;
        long cache = KvContext.BytesFor(config) + KeyValueCache.BytesFor(
            [.. Enumerable.Repeat(capacity, config.Layers)], config.KvHeads, config.HeadDim, request.ResolvedCacheType);

        long reading = KvContext.WorkspaceBytesFor(model, tokens);
        return new(held, cache, RopeTable.BytesFor(config, capacity) + WorkspaceBytes(model, reading, generation));
    }

    /// <summary>
    /// Returns the bytes of workspace from the last reading on. Its own is held until a block of another length is appended, which is the
    /// first new token.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="reading">The bytes of workspace of the last reading.</param>
    /// <param name="generation">The settings of the continuation; null where the context is not continued.</param>
    public static long WorkspaceBytes(TransformerModel model, long reading, GenerationOptions? generation) => generation is null
        ? reading
        : Generator.BytesFor(model.Config, generation)
            + Math.Max(reading, generation.MaxTokens > 1 ? KvContext.WorkspaceBytesFor(model, 1) : 0);
}
