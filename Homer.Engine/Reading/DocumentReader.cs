using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Reading.Leaves;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Reading;

/// <summary>
/// A reading of an input by a method, from the plan to the last new token. The reader plans once, forecasts, fits the settings to a memory
/// budget, keeps leaves, reads, continues, and reads again where the model is unsure.
/// </summary>
/// <remarks>
/// Forecasts need an <see cref="IPlannedMethod"/>; memory budgets, kept leaves and reading again need an <see cref="IChunkedMethod"/>.
/// </remarks>
public sealed class DocumentReader
{
    // A memory budget leaves room for the first words of an answer, which are appended to the question when it is read again.
    private const int CarriedTokens = 32;

    private readonly GenerationOptions? generation;
    private readonly long? budget;
    private IContextMethod method;
    private ContextRequest request;
    private PlannedReading? plan;

    /// <summary>Prepares a reading and, where memory is limited, chooses its settings.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The input, and the settings that every method shares.</param>
    /// <param name="generation">
    /// The settings of the continuation, which forecasts count in; null where the context is not continued.
    /// </param>
    /// <param name="budget">The most bytes that the device may hold at once, weights included; null for no limit.</param>
    /// <exception cref="HomerException">The input or the settings are impossible, or nothing fits the budget.</exception>
    public DocumentReader(IContextMethod method, ContextRequest request, GenerationOptions? generation = null, long? budget = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        this.method = method;
        this.request = request;
        this.generation = generation;
        this.budget = budget;
        if (budget is { } bytes)
            Fit(bytes);
    }

    /// <summary>The method, with the settings that a budget or kept leaves have chosen.</summary>
    public IContextMethod Method => method;

    /// <summary>The request, with the settings that a budget has chosen.</summary>
    public ContextRequest Request => request;

    /// <summary>The settings that were chosen for the budget, with their forecast; null where there is no budget.</summary>
    public (MemoryChoice Choice, MemoryForecast Forecast)? Fitted { get; private set; }

    /// <summary>The planned reading; null for a method that does not plan.</summary>
    /// <exception cref="HomerException">The input or the settings are impossible.</exception>
    public PlannedReading? Plan => plan ??= (method as IPlannedMethod)?.Plan(request);

    /// <summary>Runs each further reading, for those who show it; see <see cref="ConfidenceRereading.Showing"/>.</summary>
    public Func<FurtherReading, Func<Action<double>?, KvContext>, KvContext>? Showing { get; set; }

    /// <summary>The further readings of the last continuation; null before it, and for a method that does not read again.</summary>
    public ConfidenceRereading? Rereading { get; private set; }

    /// <summary>Forecasts memory and work; null for a method that does not plan.</summary>
    public ReadingForecast? Forecast() => Plan?.Forecast(generation);

    /// <summary>Keeps leaves in a store, and uses those that it holds already; does nothing for a method that keeps none.</summary>
    /// <param name="leaves">The store; not owned. Null to keep nothing.</param>
    /// <param name="fitChunks">Whether chunks get the length with which the store was filled, unless their length was given.</param>
    public void Keep(LeafStore? leaves, bool fitChunks = false)
    {
        if (leaves is null || method is not IChunkedMethod keeping)
            return;
        keeping = keeping.WithLeaves(leaves);
        bool fits = fitChunks && !keeping.IsChunkGiven && leaves.DocumentRoom is not null;
        method = fits ? keeping.WithDocumentRoom(request, leaves.DocumentRoom!.Value) : keeping;
        plan = null;
    }

    /// <summary>Chooses a store by the free memory (<see cref="LeafStore.Automatic"/>) and keeps leaves in it.</summary>
    /// <returns>The store, which is the caller's to dispose; null where there is no room, or the method keeps nothing.</returns>
    public LeafStore? KeepAutomatically()
    {
        LeafStore? leaves = method is IChunkedMethod && Plan is { } planned ? LeafStore.Automatic(planned, generation, budget) : null;
        Keep(leaves);
        return leaves;
    }

    /// <summary>Reads the input; the context's logits are those after the suffix's last token.</summary>
    /// <param name="progress">Receives the share of the work that is done, 0 … 1.</param>
    /// <exception cref="HomerException">The input or the settings are impossible, or memory does not suffice.</exception>
    public KvContext Read(Action<double>? progress = null) =>
        Plan is { } planned ? planned.Read(progress) : method.Read(request with { Progress = progress ?? request.Progress });

    /// <summary>Continues a context that this reader has read, reading again where the model is unsure and the method can.</summary>
    /// <param name="context">The context.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">The settings of the continuation.</param>
    public Continuation Continue(KvContext context, ITokenizer tokenizer, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        Rereading = method is IChunkedMethod again ? new(again, request, budget) { Showing = Showing } : null;
        return new(request.Model, tokenizer, context, options, request.Input.Suffix, Rereading, request.Cancellation);
    }

    private void Fit(long bytes)
    {
        if (method is not IChunkedMethod fitting)
        {
            throw new HomerException(
                $"The memory of {method.Name} cannot be limited: its settings do not decide how much it takes; "
                + "use homer or one of its variants.");
        }

        int carried = generation is { Confidence: > 0 } ? Math.Min(generation.MaxTokens, CarriedTokens) : 0;
        ContextInput input = request.Input;
        ContextInput longest = input with { Suffix = [.. input.Suffix, .. Enumerable.Repeat(0, carried)] };
        (MemoryChoice choice, MemoryForecast forecast) = MemoryBudget.Fit(fitting, request with { Input = longest }, generation, bytes);
        method = choice.Method;
        request = choice.Request with { Input = input };
        Fitted = (choice, forecast);
    }
}
