using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Evaluation;

/// <summary>A method and its settings, to be compared with others.</summary>
/// <param name="Name">The name under which its results are kept and shown, such as <c>homer:best,pooling=1</c>.</param>
/// <param name="Method">The method with its settings, and with the calibration table that it uses.</param>
public sealed record Variant(string Name, IContextMethod Method)
{
    /// <summary><inheritdoc cref="Variant" path="/param[@name='Name']/node()"/></summary>
    public string Name { get; init => field = NotNull.Of(value); } = NotNull.Of(Name);

    /// <summary><inheritdoc cref="Variant" path="/param[@name='Method']/node()"/></summary>
    public IContextMethod Method { get; init => field = NotNull.Of(value); } = NotNull.Of(Method);

    /// <inheritdoc cref="ContextRequest.RopeScaling"/>
    public RopeScaling? RopeScaling { get; init; }

    /// <inheritdoc cref="ContextRequest.CacheType"/>
    public CacheType? CacheType { get; init; }
}
