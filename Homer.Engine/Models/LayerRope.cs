using Homer.Engine.Checks;

namespace Homer.Engine.Models;

/// <summary>The rotation of some layers of a model.</summary>
/// <param name="Theta">The base of the frequencies.</param>
/// <param name="Scaling">The scaling of positions.</param>
public sealed record LayerRope(double Theta, RopeScaling Scaling)
{
    /// <summary><inheritdoc cref="LayerRope" path="/param[@name='Scaling']/node()"/></summary>
    public RopeScaling Scaling { get; init => field = NotNull.Of(value); } = NotNull.Of(Scaling);
}
