using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer;

/// <summary>
/// Hierarchical merging with scaled positions, so that chunks may be longer than the window allows: half the scaled window by default
/// (Song et al. 2024, arXiv 2404.10308, section 4, which combines HOMER with NTK and YaRN).
/// </summary>
/// <remarks>
/// The factor is 2 by default, for inputs longer than the window, and does not grow with the document, since merging covers any length
/// already: scaling only allows longer chunks, so that each leaf sees twice the text and the tree loses one round of pruning. Every
/// doubling costs about twice the memory, and positions that the model knows less well; 2 asks least of a model that was not trained for
/// it, and is as far as a calibration table over the model's window reaches.
/// </remarks>
/// <param name="type">NTK or YaRN.</param>
/// <param name="options">The settings of the scaling.</param>
public sealed class ScaledHomerMethod(RopeScalingType type, ScalingOptions? options = null) : HomerMethod
{
    private const double DefaultFactor = 2;

    private ScalingOptions scaling = options ?? new();

    /// <inheritdoc/>
    public override string Name => $"homer-{type.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public override string Summary =>
        $"homer with chunks as long as {(type == RopeScalingType.Ntk ? "NTK" : "YaRN")} scaling makes room for; "
        + "memory grows with the logarithm of the length";

    /// <inheritdoc/>
    public override IReadOnlyList<MethodSetting> Settings => [.. MethodSetting.Of<ScalingOptions>(), .. base.Settings];

    /// <inheritdoc/>
    public override IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        MethodSetting.RequireKnown(this, settings);
        ILookup<bool, KeyValuePair<string, string>> scales = settings.ToLookup(
            setting => MethodSetting.Of<ScalingOptions>().Any(own => own.Name == setting.Key));
        var changed = (ScaledHomerMethod)base.Configure(new Dictionary<string, string>(scales[false]));
        changed.scaling = MethodSetting.Apply(this, scaling, new Dictionary<string, string>(scales[true]));
        return changed;
    }

    /// <inheritdoc/>
    protected override ContextRequest Adapt(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request with { RopeScaling = scaling.Resolve(Name, type, request, DefaultFactor) };
    }
}
