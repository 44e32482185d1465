using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Run;

namespace Homer.Engine.Methods.Homer;

/// <summary>Hierarchical context merging; see <see cref="HierarchicalMerging"/>. Its settings are those of the request.</summary>
public class HomerMethod : IContextMethod
{
    /// <inheritdoc/>
    public virtual string Name => "homer";

    /// <inheritdoc/>
    public virtual string Summary => "chunks pruned and merged in a tree; memory grows with the logarithm of the length";

    /// <inheritdoc/>
    public virtual IReadOnlyList<MethodSetting> Settings => [];

    /// <inheritdoc/>
    public virtual IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        MethodSetting.RequireKnown(this, settings);
        return this;
    }

    /// <summary>The request with the settings that it will be read with, from which forecasts are made; the same again for one that is prepared.</summary>
    /// <exception cref="HomerException">The request's settings contradict the method.</exception>
    public virtual ContextRequest Prepare(ContextRequest request) => request;

    /// <inheritdoc/>
    public KvContext Read(ContextRequest request) => HierarchicalMerging.Read(Prepare(request));
}
