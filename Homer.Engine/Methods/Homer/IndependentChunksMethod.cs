using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Homer;

/// <summary>
/// Hierarchical merging (arXiv 2404.10308) without its hierarchy: every chunk runs through all layers alone and is pruned in the last one,
/// to an equal share of the target; then the caches of the chunks are joined. Chunks, positions, significance and the averages of prefix
/// and suffix are those of HOMER.
/// </summary>
/// <remarks>A chunk keeps at least one document token, so the joined cache exceeds a target of fewer tokens than chunks.</remarks>
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
