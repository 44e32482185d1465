using System.Diagnostics;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Kernels.Devices;

namespace Homer.Engine.Generation;

/// <summary>
/// Reads the document again when the model is unsure of the next token, with the answer so far after the question. What survives a merging
/// is what its last token looks for, and the question's last token rarely looks for what a later word of the answer needs; the word
/// before does. (The idea of retrieving again on low confidence is that of FLARE, Jiang et al. 2023, arXiv 2305.06983.)
/// </summary>
/// <param name="method">How the document is read.</param>
/// <param name="request">The first reading.</param>
/// <param name="budget">Bytes that a reading may take; null for no limit.</param>
public sealed class ConfidenceRereading(IContextMethod method, ContextRequest request, long? budget = null)
{
    // Affixes are read with every chunk: beyond this share of it an answer is too long to be carried along.
    private const int LargestAffixShare = 2;

    /// <summary>How often the document was read again.</summary>
    public int Count { get; private set; }

    /// <summary>How long that took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Reads again, in place of the context in hand, which is freed first.</summary>
    /// <param name="current">The context in hand.</param>
    /// <param name="answer">The tokens of the answer so far.</param>
    /// <param name="options">How the answer is written.</param>
    /// <returns>The new context, or the one in hand where the answer has grown too long or the budget is too small.</returns>
    public KvContext Read(KvContext current, IReadOnlyList<int> answer, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(answer);
        ContextRequest longer = request with
        {
            Input = request.Input with { Suffix = [.. request.Input.Suffix, .. answer] },
            NewTokens = request.NewTokens - answer.Count,
            Progress = null,
        };
        // The answer takes no room from the document, so that its leaves stay the same.
        longer = longer.WithDocumentRoom(request.DocumentRoom);
        if (!Fits(longer, options))
            return current;
        current.Dispose();
        Count++;
        long start = Stopwatch.GetTimestamp();
        KvContext context = method.Read(longer);
        longer.Model.Device.Synchronize();
        Elapsed += Stopwatch.GetElapsedTime(start);
        return context;
    }

    private bool Fits(ContextRequest longer, GenerationOptions options)
    {
        ContextInput input = longer.Input;
        ResolvedHomerOptions settings = longer.Options.Resolve(longer.Model.Config);
        if ((input.Prefix.Count + input.Suffix.Count) * LargestAffixShare > settings.Chunk)
            return false;
        try
        {
            // Weights and the generator stay; the context in hand goes.
            MemoryForecast forecast = RunForecast.Of(longer, options).Memory with { WeightsBytes = longer.Model.Device.Memory.Of(MemoryUse.Weights) };
            return budget is null || forecast.PeakBytes + Generator.BytesFor(longer.Model.Config, options) <= budget;
        }
        catch (HomerException)
        {
            // The longer suffix leaves no plan; the shorter one had one.
            return false;
        }
    }
}
