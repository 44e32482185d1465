using Homer.Engine.Checks;

namespace Homer.Engine.Passages;

/// <summary>A document in memory.</summary>
/// <param name="Path">The file, or another name that people know the document by.</param>
/// <param name="Text">The text.</param>
/// <param name="Ids">The tokens of the text.</param>
public sealed record TextDocument(string Path, string Text, IReadOnlyList<int> Ids) : ITextDocument
{
    /// <inheritdoc/>
    public string Path { get; init => field = NotNull.Of(value); } = NotNull.Of(Path);

    /// <inheritdoc/>
    public string Text { get; init => field = NotNull.Of(value); } = NotNull.Of(Text);

    /// <inheritdoc/>
    public IReadOnlyList<int> Ids { get; init => field = NotNull.Of(value); } = NotNull.Of(Ids);
}
