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
    /// <inheritdoc cref="ContextRequest.RopeScaling"/>
    public RopeScaling? RopeScaling { get; init; }

    /// <inheritdoc cref="ContextRequest.CacheType"/>
    public CacheType? CacheType { get; init; }
}
