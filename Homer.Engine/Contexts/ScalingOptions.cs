using System.ComponentModel;
using Homer.Engine.Models;

namespace Homer.Engine.Contexts;

/// <summary>The settings of methods that scale positions.</summary>
public sealed record ScalingOptions
{
    /// <summary>The factor by which the scaled window is longer than the model's; the default depends on the method.</summary>
    [Description("how much longer the scaled window is than the model's")]
    public double? Factor { get; init; }

    /// <summary>
    /// Returns the scaling to read with: that of the request, or else one by <see cref="Factor"/>, or else one by the default. An input
    /// that fits the model's window is not scaled, unless a factor or a scaling is given.
    /// </summary>
    /// <param name="method">The method's name.</param>
    /// <param name="type">The method's type of scaling.</param>
    /// <param name="request">The request; a scaling that it has must be of the method's type.</param>
    /// <param name="byDefault">The default factor.</param>
    /// <returns>The scaling, or null for the model's own.</returns>
    /// <exception cref="HomerException">
    /// The request contradicts the method, the model scales its positions already, or the factor is impossible.
    /// </exception>
    internal RopeScaling? Resolve(string method, RopeScalingType type, ContextRequest request, double byDefault)
    {
        ModelConfig config = request.Model.Config;
        if (request.RopeScaling is { } asked)
        {
            return asked.Type == type && (Factor is null || Factor == asked.Factor)
                ? asked
                : throw new HomerException($"{method} scales positions itself, and another scaling is asked for; leave one of them out.");
        }

        if (Factor is null && request.TotalLength <= config.Window)
            return null;
        if (config.RopeScaling.Type != RopeScalingType.None)
        {
            throw new HomerException(
                $"The model's positions are scaled already ({config.RopeScaling.Type}, factor {config.RopeScaling.Factor}), "
                + $"and {method} would scale them twice; use a method without scaling.");
        }

        return RopeScaling.Create(type.ToString().ToLowerInvariant(), Factor ?? byDefault, config.Window);
    }
}
