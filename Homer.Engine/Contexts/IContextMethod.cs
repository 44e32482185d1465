
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

    /// <summary>
    /// Returns the ranges of document tokens that a reading leaves out, ascending: those that it never reads, and those whose keys and
    /// values are gone before the question is read. A method that reads every token has none; one that merges or compresses has read them.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <exception cref="HomerException">The input or the settings are impossible.</exception>
    IReadOnlyList<Range> PassedOver(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [];
    }

    /// <summary>Reads an input; the context's logits are those after the suffix's last token.</summary>
    /// <exception cref="HomerException">The input or the settings are impossible, or memory does not suffice.</exception>
    KvContext Read(ContextRequest request);
}
