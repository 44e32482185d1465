using System.Globalization;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;

namespace Homer.Engine.Reading;

/// <summary>
/// Limits a reading to a number of bytes: of the settings that a method proposes (<see cref="IChunkedMethod.Choices"/>), it takes the first
/// whose forecast peak fits.
/// </summary>
public static class MemoryBudget
{
    /// <summary>Chooses the settings of a reading; nothing is allocated.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request to be read.</param>
    /// <param name="generation">The settings of the continuation; null where the context is not continued.</param>
    /// <param name="bytes">The most bytes that the device may hold at once, the model's weights included.</param>
    /// <returns>The settings, and the forecast of the reading.</returns>
    /// <exception cref="HomerException">Nothing useful fits, and the message says what would; or no chunk suits the input.</exception>
    public static (MemoryChoice Choice, MemoryForecast Forecast) Fit(
        IChunkedMethod method, ContextRequest request, GenerationOptions? generation, long bytes)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        RequireWeights(request.Model.Device.Memory.InUse, bytes);
        (MemoryChoice Choice, MemoryForecast Forecast)? least = null;
        HomerException? refusal = null;
        foreach (MemoryChoice choice in method.Choices(request))
        {
            try
            {
                MemoryForecast forecast = choice.Method.Plan(choice.Request).Forecast(generation).Memory;
                if (forecast.PeakBytes <= bytes)
                    return (choice, forecast);
                if (least is null || forecast.PeakBytes < least.Value.Forecast.PeakBytes)
                    least = (choice, forecast);
            }
            catch (HomerException e)
            {
                // The calibration table may not cover this chunk, or its chunks cannot merge; a smaller one may do.
                refusal ??= e;
            }
        }

        throw least is { } nearest
            ? new HomerException(
                $"This run does not fit into {Text(bytes)} bytes: {(method.IsChunkGiven ? "with" : "even with")} chunks of "
                + $"{nearest.Choice.Chunk} tokens its peak is {Text(nearest.Forecast.PeakBytes)}, of which "
                + $"{Text(nearest.Forecast.WeightsBytes)} are weights; allow that much, "
                + $"{(method.IsChunkGiven ? "leave the chunk open, " : "")}or take a shorter document or fewer new tokens.")
            : refusal!;
    }

    /// <summary>Refuses a budget that the weights alone exceed, before they are loaded.</summary>
    /// <param name="weights">The bytes of the weights.</param>
    /// <param name="bytes">The most bytes that the device may hold at once.</param>
    /// <exception cref="HomerException">The weights do not fit.</exception>
    public static void RequireWeights(long weights, long bytes)
    {
        if (weights > bytes)
        {
            throw new HomerException(
                $"The model's weights alone take {Text(weights)} bytes, more than the {Text(bytes)} allowed; "
                + "allow more, or take a smaller model.");
        }
    }

    private static string Text(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
