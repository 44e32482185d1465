using Homer.Engine.Contexts.Hierarchical;
using Homer.Engine.Models;

namespace Homer.Engine.Contexts;

/// <summary>
/// Hierarchical merging with scaled positions, so that chunks may be longer than the window allows: half the scaled window by default (Song et
/// al. 2024, arXiv 2404.10308, section 4, which combines HOMER with NTK and YaRN).
/// </summary>
/// <remarks>
/// The factor is 2 by default, for inputs longer than the window, and does not grow with the document, since merging covers any length already: scaling only buys longer chunks,
/// so that each leaf sees twice the text and the tree loses one round of pruning. Every doubling costs twice the memory and attention
/// over positions that the model knows less well, and 2 is what untrained scaling bears with hardly a loss. It is also as far as a calibration
/// table over the model's window reaches.
/// </remarks>
/// <param name="type">NTK or YaRN.</param>
public sealed class ScaledHomerMethod(RopeScalingType type) : HomerMethod
{
    private const double DefaultFactor = 2;

    private ScalingOptions scaling = new();

    /// <inheritdoc/>
    public override string Name => $"homer-{type.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public override string Summary => $"homer with chunks as long as {(type == RopeScalingType.Ntk ? "NTK" : "YaRN")} scaling makes room for; memory grows with the logarithm of the length";

    /// <inheritdoc/>
    public override IReadOnlyList<MethodSetting> Settings => [.. MethodSetting.Of<ScalingOptions>(), .. base.Settings];

    /// <inheritdoc/>
    public override IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        var changed = (ScaledHomerMethod)base.Configure(settings);
        changed.scaling = MethodSetting.Apply(this, scaling, settings);
        return changed;
    }

    private protected override HomerOptions Adapt(HomerOptions options, ContextRequest request) =>
        options with { RopeScaling = scaling.Resolve(Name, type, request, options.RopeScaling, DefaultFactor) };
}
