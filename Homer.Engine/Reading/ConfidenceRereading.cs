using System.Diagnostics;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Kernels.Devices;

namespace Homer.Engine.Reading;

/// <summary>
/// Reads the document again when the model is unsure of the next token, with the answer so far behind the question. Merging keeps the
/// tokens that the suffix's last token attends to, and the question's last token rarely attends to what a later word of the answer needs;
/// the word before it does. (Retrieving again on low confidence is the idea of FLARE, Jiang et al. 2023, arXiv 2305.06983.)
/// </summary>
/// <param name="method">The method that reads the document.</param>
/// <param name="request">The request of the first reading.</param>
/// <param name="budget">The most bytes that a reading may take; null for no limit.</param>
public sealed class ConfidenceRereading(IReadsAgain method, ContextRequest request, long? budget = null) : IRereading
{
    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>The time that reading again took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <inheritdoc/>
    public KvContext Read(KvContext current, IReadOnlyList<int> answer, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(answer);
        if (Plan(answer, options) is not { } reading)
            return current;
        current.Dispose();
        Count++;
        long start = Stopwatch.GetTimestamp();
        KvContext context = reading.Read();
        request.Model.Device.Synchronize();
        Elapsed += Stopwatch.GetElapsedTime(start);
        return context;
    }

    /// <summary>
    /// Plans a reading with the answer so far behind the question; null where the answer has grown too long or the budget is too small.
    /// </summary>
    private PlannedReading? Plan(IReadOnlyList<int> answer, GenerationOptions options)
    {
        ContextRequest longer = request with
        {
            Input = request.Input with { Suffix = [.. request.Input.Suffix, .. answer] },
            NewTokens = request.NewTokens - answer.Count,
            Progress = null,
        };
        // The answer takes no room from the document, so that its leaves stay the same.
        IReadsAgain again = method.WithDocumentRoom(longer, method.DocumentRoom(request));
        try
        {
            // Affixes are read with every chunk: beyond half of it, an answer is too long to be carried along.
            if (longer.Input.Prefix.Count + longer.Input.Suffix.Count > again.DocumentRoom(longer))
                return null;
            PlannedReading reading = again.Plan(longer);
            // Weights and the generator stay; the context in hand goes.
            MemoryForecast forecast =
                reading.Forecast(options).Memory with { WeightsBytes = request.Model.Device.Memory.Of(MemoryUse.Weights) };
            return budget is null || forecast.PeakBytes + Generator.BytesFor(request.Model.Config, options) <= budget ? reading : null;
        }
        catch (HomerException)
        {
            // The longer suffix leaves no plan; the shorter one had one.
            return null;
        }
    }
}
