using Homer.Engine.Contexts.Hierarchical;

namespace Homer.Engine.Contexts;

/// <summary>Hierarchical context merging; see <see cref="HierarchicalMerging"/>. Its settings go before those of the request.</summary>
public class HomerMethod : IContextMethod
{
    private IReadOnlyDictionary<string, string> settings = new Dictionary<string, string>();

    /// <inheritdoc/>
    public virtual string Name => "homer";

    /// <inheritdoc/>
    public virtual string Summary => "chunks pruned and merged in a tree; memory grows with the logarithm of the length";

    /// <inheritdoc/>
    public virtual IReadOnlyList<MethodSetting> Settings => MethodSetting.Of<HomerOptions>();

    /// <inheritdoc/>
    public virtual IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        MethodSetting.Apply(this, new HomerOptions(), settings);
        var changed = (HomerMethod)MemberwiseClone();
        changed.settings = this.settings.Concat(settings).GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Last().Value);
        return changed;
    }

    /// <summary>The request with the settings that it will be read with; forecasts are made from them.</summary>
    /// <exception cref="HomerException">The request's settings contradict the method.</exception>
    public ContextRequest Prepare(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request with { Options = Adapt(MethodSetting.Apply(this, request.Options, settings), request) };
    }

    /// <inheritdoc/>
    public Context Read(ContextRequest request) => HierarchicalMerging.Read(Prepare(request));

    /// <summary>What a variant changes about the settings; the same again for settings that it has changed already.</summary>
    private protected virtual HomerOptions Adapt(HomerOptions options, ContextRequest request) => options;
}
