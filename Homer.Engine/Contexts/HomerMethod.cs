using Homer.Engine.Contexts.Hierarchical;

namespace Homer.Engine.Contexts;

/// <summary>Hierarchical context merging; see <see cref="HierarchicalMerging"/>.</summary>
public sealed class HomerMethod : IContextMethod
{
    /// <inheritdoc/>
    public string Name => "homer";

    /// <inheritdoc/>
    public string Summary => "chunks pruned and merged in a tree; memory grows with the logarithm of the length";

    /// <inheritdoc/>
    public Context Read(ContextRequest request) => HierarchicalMerging.Read(request);
}
