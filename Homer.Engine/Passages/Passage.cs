using System.Text.Json.Serialization;
using Homer.Engine.Checks;

namespace Homer.Engine.Passages;

/// <summary>A quote from a document, copied by its place and never written by a model.</summary>
/// <param name="File">The file, or another name of the document.</param>
/// <param name="Line">The line in which it begins, from 1.</param>
/// <param name="Start">
/// The offset of its first byte in the document's text as UTF-8; for a file of UTF-8 without a byte order mark, the file's own.
/// </param>
/// <param name="End">The offset of the byte after its last.</param>
/// <param name="Text">The text between these places.</param>
/// <param name="Score">The measure by which passages are ranked; higher is better.</param>
public sealed record Passage(string File, int Line, long Start, long End, string Text, double Score)
{
    /// <summary><inheritdoc cref="Passage" path="/param[@name='File']/node()"/></summary>
    [JsonPropertyOrder(-2)]
    public string File { get; init => field = NotNull.Of(value); } = NotNull.Of(File);

    /// <summary>The page, from 1; null for a document without pages.</summary>
    [JsonPropertyOrder(-1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Page { get; init; }

    /// <summary><inheritdoc cref="Passage" path="/param[@name='Text']/node()"/></summary>
    public string Text { get; init => field = NotNull.Of(value); } = NotNull.Of(Text);

    /// <summary>The tokens of its document that stand in it, by their indices.</summary>
    internal Range Tokens { get; init; }

    /// <summary>The document that it was copied from.</summary>
    internal ITextDocument? Source { get; init; }

    /// <summary>Returns the ids of its tokens, at most as many as are wanted.</summary>
    internal int[] Ids(int most)
    {
        (int first, int count) = Tokens.GetOffsetAndLength(Source!.Ids.Count);
        return [.. Enumerable.Range(first, Math.Min(count, most)).Select(token => Source.Ids[token])];
    }
}
