using Homer.Engine.Books;

namespace Homer.Cli.Commands;

/// <summary>A file that a question is about.</summary>
/// <param name="Path">The path as people know it.</param>
/// <param name="Start">The first of its tokens in the document.</param>
/// <param name="Tokens">The number of its tokens.</param>
/// <param name="Text">Returns its text, where that was kept.</param>
internal sealed record AskedFile(string Path, int Start, int Tokens, Func<string> Text)
{
    /// <summary>The file in its book; null for one that is read now.</summary>
    public BookFile? InBook { get; init; }

    /// <summary>Returns the tokens of the file.</summary>
    /// <param name="document">The tokens of the document.</param>
    public int[] IdsIn(IReadOnlyList<int> document) =>
        InBook?.Ids() ?? [.. Enumerable.Range(Start, Tokens).Select(token => document[token])];
}
