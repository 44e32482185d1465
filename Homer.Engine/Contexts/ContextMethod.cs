namespace Homer.Engine.Contexts;

/// <summary>A method whose settings are a record of its own.</summary>
/// <typeparam name="TOptions">The record; what it leaves open is decided when the model is known.</typeparam>
/// <param name="options">The settings.</param>
public abstract class ContextMethod<TOptions>(TOptions options) : IContextMethod
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public IReadOnlyList<MethodSetting> Settings => MethodSetting.Of<TOptions>();

    /// <summary>The settings.</summary>
    public TOptions Options { get; private set; } = options;

    /// <inheritdoc/>
    public IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        var changed = (ContextMethod<TOptions>)MemberwiseClone();
        changed.Options = MethodSetting.Apply(this, Options, settings);
        return changed;
    }

    /// <inheritdoc/>
    public abstract KvContext Read(ContextRequest request);
}
