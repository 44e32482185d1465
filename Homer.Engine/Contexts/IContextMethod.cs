
namespace Homer.Engine.Contexts;

/// <summary>
/// A method of reading an input that may be longer than the model's window. It is immutable: other settings make another method.
/// </summary>
public interface IContextMethod
{
    /// <summary>The name that <c>--method</c> takes.</summary>
    string Name { get; }

    /// <summary>One line that says what the method does and how its memory grows.</summary>
    string Summary { get; }

    /// <summary>The settings that <see cref="Configure"/> takes.</summary>
    IReadOnlyList<MethodSetting> Settings => [];

    /// <summary>Returns this method with some settings changed.</summary>
    /// <param name="settings">The values by name, as a user writes them.</param>
    /// <exception cref="HomerException">There is no such setting, or a value cannot be read.</exception>
    IContextMethod Configure(IReadOnlyDictionary<string, string> settings)
    {
        MethodSetting.RequireKnown(this, settings);
        return this;
    }

    /// <summary>Reads an input; the context's logits are those after the suffix's last token.</summary>
    /// <exception cref="HomerException">The input or the settings are impossible, or memory does not suffice.</exception>
    KvContext Read(ContextRequest request);
}
