using Homer.Engine.Checks;

namespace Homer.Engine.Contexts;

/// <summary>The base of methods whose settings are the properties of a record.</summary>
/// <typeparam name="TOptions">The record. Settings that it leaves null are decided when the model is known.</typeparam>
/// <param name="options">The settings.</param>
public abstract class ContextMethod<TOptions>(TOptions options) : IContextMethod
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public virtual IReadOnlyList<MethodSetting> Settings => MethodSetting.Of<TOptions>();

    /// <summary>The settings.</summary>
    public TOptions Options { get; private set; } = NotNull.Of(options);

    /// <inheritdoc/>
    public virtual IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return WithOptions(MethodSetting.Apply(this, Options, settings));
    }

    /// <summary>Returns this method with other settings.</summary>
    /// <param name="options">The settings.</param>
    public ContextMethod<TOptions> WithOptions(TOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var changed = (ContextMethod<TOptions>)MemberwiseClone();
        changed.Options = options;
        return changed;
    }

    /// <inheritdoc/>
    public abstract KvContext Read(ContextRequest request);

    /// <inheritdoc/>
    public virtual IReadOnlyList<Range> PassedOver(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [];
    }
}
