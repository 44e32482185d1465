using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer;

/// <summary>
/// Hierarchical merging with scaled positions, so that chunks may be longer than the window allows: half the scaled window by default
/// (Song et al. 2024, arXiv 2404.10308, section 4, which combines HOMER with NTK and YaRN).
/// </summary>
/// <remarks>
/// The default factor, for inputs longer than the window, is 2. It does not grow with the document, since merging covers any length
/// already: scaling allows longer chunks, so that each leaf reads twice the text and there is one round of pruning less. Every doubling
/// costs about twice the memory, and quality, since the model was not trained for the scaled positions. A chunk of half the doubled window
/// is also the longest that a calibration table over the model's window covers.
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
        ArgumentNullException.ThrowIfNull(settings);
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
