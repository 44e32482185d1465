using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Homer;

/// <summary>
/// Hierarchical merging (arXiv 2404.10308) without its hierarchy: every chunk runs through all layers alone and is pruned at the end, each
/// to an equal share of the target, and the chunks' caches are joined. Chunks, positions, significance and the averages of prefix and
/// suffix are HOMER's.
/// </summary>
/// <remarks>
/// A chunk keeps one document token at least, so with more chunks than the target has tokens the joined cache outgrows it.
/// </remarks>
public sealed class IndependentChunksMethod : HomerMethod
{
    /// <inheritdoc/>
    public override string Name => "independent";

    /// <inheritdoc/>
    public override string Summary =>
        "chunks read alone, pruned at the end and joined; memory is constant until there are more chunks than cached tokens, then grows "
        + "with the length";

    private protected override ResolvedHomerOptions Resolve(ContextRequest request) => base.Resolve(request) with { Independent = true };
}
