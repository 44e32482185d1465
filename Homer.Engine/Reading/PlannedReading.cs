using Homer.Engine.Contexts;
using Homer.Engine.Generation;

namespace Homer.Engine.Reading;

/// <summary>A reading that is planned, and can be forecast and executed; see <see cref="IPlannedMethod"/>.</summary>
/// <param name="request">The request that was planned, with the settings that the method decided.</param>
public abstract class PlannedReading(ContextRequest request)
{
    /// <summary>The request that was planned, with the settings that the method decided.</summary>
    public ContextRequest Request { get; } = request;

    /// <summary>The number of bytes that kept leaves take; 0 where the method keeps none.</summary>
    public virtual long KeptBytes => 0;

    /// <summary>Forecasts memory and work; nothing is allocated.</summary>
    /// <param name="generation">The settings of the continuation; null where the context is not continued.</param>
    public abstract ReadingForecast Forecast(GenerationOptions? generation = null);

    /// <summary>Reads the input; the context's logits are those after the suffix's last token.</summary>
    /// <param name="progress">Receives the share of the work that is done, 0 … 1; null for the request's own.</param>
    /// <exception cref="HomerException">Memory does not suffice.</exception>
    public abstract KvContext Read(Action<double>? progress = null);
}
