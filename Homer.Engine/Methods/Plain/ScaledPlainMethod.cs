using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Plain;

/// <summary>
/// Full attention with scaled positions, which stay in the range that the model was trained for: position interpolation
/// (arXiv 2306.15595), NTK-aware scaling, dynamic NTK, or YaRN (arXiv 2309.00071).
/// </summary>
/// <remarks>
/// An input that fits the window is read without scaling. For a longer one, the default factor is the smallest power of two by which the
/// window covers the input and the new tokens: models are set up with such factors, and a little more than needed does no harm. The dynamic
/// type takes factor 1 and computes the rest from the length.
/// </remarks>
/// <param name="type">The type of scaling.</param>
public sealed class ScaledPlainMethod(RopeScalingType type) : ContextMethod<ScalingOptions>(new())
{
    /// <inheritdoc/>
    public override string Name => $"plain-{type.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public override string Summary =>
        $"everything in one cache, positions scaled ({Way}); memory grows with the length, time with its square";

    private string Way => type switch
    {
        RopeScalingType.Linear => "interpolated",
        RopeScalingType.Ntk => "NTK-aware",
        RopeScalingType.Dynamic => "NTK-aware, by the length",
        _ => "YaRN",
    };

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        double byDefault = type == RopeScalingType.Dynamic ? 1 : Covering(request.TotalLength, request.Model.Config.Window);
        RopeScaling? scaling = Options.Resolve(Name, type, request, byDefault);
        return PlainReading.Read(request with { RopeScaling = scaling }, request.Input);
    }

    private static double Covering(long length, int window)
    {
        double factor = 1;
        while (factor * window < length)
            factor *= 2;
        return factor;
    }
}
