using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Forecast;

/// <summary>What a run would do and take, known from lengths alone.</summary>
/// <param name="Config">The model.</param>
/// <param name="Options">The settings, every default filled in.</param>
/// <param name="Plan">The tree.</param>
/// <param name="Memory">Device memory at the fullest moment.</param>
public sealed record RunForecast(ModelConfig Config, ResolvedHomerOptions Options, MergePlan Plan, MemoryForecast Memory)
{
    /// <summary>The work of reading the input.</summary>
    public WorkForecast Work => WorkForecast.Of(Config, Options, Plan);

    /// <summary>Forecasts a run; nothing is allocated.</summary>
    /// <param name="request">What would be read.</param>
    /// <param name="generation">How the context would be continued; null where it would not.</param>
    /// <exception cref="HomerException">The settings, the input or the table do not fit the model.</exception>
    public static RunForecast Of(ContextRequest request, GenerationOptions? generation = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        return OfValid(request, generation);
    }

    /// <summary>The same for an input that is known to be valid.</summary>
    internal static RunForecast OfValid(ContextRequest request, GenerationOptions? generation)
    {
        ModelConfig config = request.Model.Config;
        (ResolvedHomerOptions options, MergePlan plan) = HierarchicalMerging.PrepareValid(request.Model, request.Input, request.Options, request.Calibration);
        return new(
            config, options, plan,
            MemoryForecast.Of(
                request.Model, options, plan, request.Calibration, request.NewTokens, generation,
                request.Model.Device.Memory.InUse - (request.Leaves?.DeviceBytes ?? 0), request.Leaves?.DeviceBytesFor(config, plan, options.CacheType) ?? 0));
    }
}
