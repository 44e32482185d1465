using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Measuring;

/// <summary>The model and the settings of a speed test.</summary>
/// <param name="Model">The model, alone on its device.</param>
/// <param name="Options">The settings of hierarchical merging.</param>
public sealed record SpeedSetup(TransformerModel Model, HomerOptions Options)
{
    /// <summary><inheritdoc cref="SpeedSetup" path="/param[@name='Model']/node()"/></summary>
    public TransformerModel Model { get; init => field = NotNull.Of(value); } = NotNull.Of(Model);

    /// <summary><inheritdoc cref="SpeedSetup" path="/param[@name='Options']/node()"/></summary>
    public HomerOptions Options { get; init => field = NotNull.Of(value); } = NotNull.Of(Options);

    /// <inheritdoc cref="ContextRequest.RopeScaling"/>
    public RopeScaling? RopeScaling { get; init; }

    /// <inheritdoc cref="ContextRequest.CacheType"/>
    public CacheType? CacheType { get; init; }
}
