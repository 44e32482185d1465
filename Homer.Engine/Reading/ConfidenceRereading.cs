using System.Diagnostics;
using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Kernels.Devices;

namespace Homer.Engine.Reading;

/// <summary>
/// Reads the document again when the model is unsure of the next token, with the answer so far appended to the question. Merging keeps the
/// tokens that the suffix's last token attends to. The last token of a question rarely attends to what a later word of the answer needs,
/// but the word before it does. (Retrieving again on low confidence is the idea of FLARE, Jiang et al. 2023, arXiv 2305.06983.)
/// </summary>
/// <param name="method">The method that reads the document.</param>
/// <param name="request">The request of the first reading.</param>
/// <param name="budget">The most bytes that a reading may take; null for no limit.</param>
public sealed class ConfidenceRereading(IChunkedMethod method, ContextRequest request, long? budget = null) : IRereading
{
    private readonly IChunkedMethod method = NotNull.Of(method);
    private readonly ContextRequest request = NotNull.Of(request);

    /// <summary>Runs each further reading, for those who show it, and returns its context; null to run it as it is.</summary>
    public Func<FurtherReading, Func<Action<double>?, KvContext>, KvContext>? Showing { get; init; }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>The total time of reading again.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <inheritdoc/>
    public KvContext Read(KvContext current, IReadOnlyList<int> answer, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(answer);
        if (Plan(answer, options) is not { } reading)
            return current;
        int unsure = Showing is null ? 0 : MostProbable(current.ReadLogits());
        current.Dispose();
        Count++;
        long start = Stopwatch.GetTimestamp();
        KvContext context = Showing is null ? reading.Read() : Showing(new(Count, options.MostReadings, unsure), reading.Read);
        request.Model.Device.Synchronize();
        Elapsed += Stopwatch.GetElapsedTime(start);
        return context;
    }

    private static int MostProbable(float[] logits) => Array.IndexOf(logits, logits.Max());

    /// <summary>
    /// Plans a reading with the answer so far appended to the suffix; returns null where the answer is too long or the budget too small.
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
        IChunkedMethod again = method.WithDocumentRoom(longer, method.DocumentRoom(request));
        try
        {
            // Affixes are read with every chunk; an answer is too long when they take more than half of it.
            if (longer.Input.Prefix.Count + longer.Input.Suffix.Count > again.DocumentRoom(longer))
                return null;
            PlannedReading reading = again.Plan(longer);
            // Weights and the generator stay in memory; the current context is freed.
            long weights = request.Model.Device.Memory.Of(MemoryUse.Weights), generator = Generator.BytesFor(request.Model.Config, options);
            MemoryForecast forecast = reading.Forecast(options).Memory with { WeightsBytes = weights };
            return budget is null || forecast.PeakBytes + generator <= budget ? reading : null;
        }
        catch (HomerException)
        {
            // There is no plan for the longer suffix.
            return null;
        }
    }
}
