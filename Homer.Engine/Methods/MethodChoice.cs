using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Methods.Homer;

namespace Homer.Engine.Methods;

/// <summary>The method that a user chooses by name, with the settings that follow the name.</summary>
/// <param name="Method">The method with its default settings.</param>
/// <param name="Settings">The values that were given, by the names of settings.</param>
public sealed record MethodChoice(IContextMethod Method, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary><inheritdoc cref="MethodChoice" path="/param[@name='Method']/node()"/></summary>
    public IContextMethod Method { get; init => field = NotNull.Of(value); } = NotNull.Of(Method);

    /// <summary><inheritdoc cref="MethodChoice" path="/param[@name='Settings']/node()"/></summary>
    public IReadOnlyDictionary<string, string> Settings { get; init => field = NotNull.Of(value); } = NotNull.Of(Settings);

    /// <summary>The method with the settings that were given.</summary>
    /// <exception cref="HomerException">There is no such setting, or a value cannot be read.</exception>
    public IContextMethod Configured => Settings.Count == 0 ? Method : Method.Configure(Settings);

    /// <summary>Parses a choice.</summary>
    /// <param name="specification"><c>name</c>, or <c>name:setting=value,setting=value</c>.</param>
    /// <exception cref="HomerException">There is no such method, or the settings cannot be read.</exception>
    public static MethodChoice Parse(string specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        string[] parts = specification.Split(':', 2);
        IContextMethod method = ContextMethods.Named(parts[0]);
        var settings = new Dictionary<string, string>();
        foreach (string pair in parts.Length == 1 ? [] : parts[1].Split(','))
        {
            if (pair.Split('=', 2) is not [string name, string value] || !settings.TryAdd(name.Trim(), value.Trim()))
            {
                throw new HomerException(
                    $"{Quoted.Text(specification)} cannot be read; "
                    + $"write {method.Name}:setting=value,setting=value with each setting once.");
            }
        }

        return new(method, settings);
    }

    /// <summary>Returns the method with other default settings of merging; the settings that were given come on top of them.</summary>
    /// <param name="options">The default settings of merging; ignored where the method does not merge.</param>
    /// <exception cref="HomerException">There is no such setting, or a value cannot be read.</exception>
    public IContextMethod Over(HomerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Method is ContextMethod<HomerOptions> merging
            ? (this with { Method = merging.WithOptions(options) }).Configured
            : Configured;
    }
}
