using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.H2O;

/// <summary>
/// H2O, the heavy-hitter oracle (Zhang et al. 2023, arXiv 2306.14048): each KV head of each layer keeps the tokens that got most attention
/// so far, summed over all tokens read, and the last ones. Tokens are evicted for new ones, too.
/// </summary>
/// <remarks>
/// The paper evicts one token for each that is read. Here a block is read and then as many tokens are evicted, so the cache holds the
/// paper's budget and up to one block more. Positions are those inside the cache, as in the paper for endless texts.
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class HeavyHitterMethod(HeavyHitterOptions? options = null) : ContextMethod<HeavyHitterOptions>(options ?? new())
{
    /// <inheritdoc/>
    public override string Name => "h2o";

    /// <inheritdoc/>
    public override string Summary =>
        "H2O: for each head the tokens of most attention so far and the last ones, at positions inside the cache; memory is constant";

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        request.Model.Config.RequireUsualAttention(Name);
        ResolvedHeavyHitterOptions resolved = Options.Resolve(request.Model.Config, request.ResolvedRopeScaling);
        return PlainReading.Read(
            request, request.Input, resolved.Limit,
            rope => new HeavyHitterPolicy(request.Model, rope, resolved, request.ResolvedCacheType));
    }
}
