using Homer.Engine.Checks;
using Homer.Engine.Models;

namespace Homer.Engine.Contexts;

/// <summary>The input of a reading: instructions, a document of any length, and the question about it.</summary>
/// <param name="Prefix">The tokens before the document; the first begins a sequence. May be empty.</param>
/// <param name="Document">The tokens of the document. May be empty.</param>
/// <param name="Suffix">The tokens after the document, at least one: the last of them predicts the first new token.</param>
public sealed record ContextInput(IReadOnlyList<int> Prefix, IReadOnlyList<int> Document, IReadOnlyList<int> Suffix)
{
    /// <summary><inheritdoc cref="ContextInput" path="/param[@name='Prefix']/node()"/></summary>
    public IReadOnlyList<int> Prefix { get; init => field = NotNull.Of(value); } = NotNull.Of(Prefix);

    /// <summary><inheritdoc cref="ContextInput" path="/param[@name='Document']/node()"/></summary>
    public IReadOnlyList<int> Document { get; init => field = NotNull.Of(value); } = NotNull.Of(Document);

    /// <summary><inheritdoc cref="ContextInput" path="/param[@name='Suffix']/node()"/></summary>
    public IReadOnlyList<int> Suffix { get; init => field = NotNull.Of(value); } = NotNull.Of(Suffix);

    /// <summary>The tokens of the suffix that are the question itself, without the words around it; all where nobody says.</summary>
    public Range Question { get; init; } = Range.All;

    /// <summary>The number of all tokens.</summary>
    public int Length => Prefix.Count + Document.Count + Suffix.Count;

    /// <summary>Returns prefix, document and suffix in one array.</summary>
    internal int[] Tokens() => [.. Prefix, .. Document, .. Suffix];

    /// <summary>Refuses an input that no method can read.</summary>
    /// <exception cref="HomerException">The suffix is empty or an id is out of range.</exception>
    public void Validate(TransformerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Suffix.Count == 0)
            throw new HomerException("The suffix is empty; ask a question, so that there is a token to continue from.");
        model.RequireKnown(Prefix);
        model.RequireKnown(Document);
        model.RequireKnown(Suffix);
    }
}
