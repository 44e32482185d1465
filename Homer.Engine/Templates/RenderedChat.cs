namespace Homer.Engine.Templates;

/// <summary>A conversation as a chat template writes it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Data">
/// The parts of the text that come from messages, tools, documents and other input: sorted, disjoint ranges of UTF-16 units. The names of
/// special tokens in them are text like any other; elsewhere the template wrote them and means the tokens.
/// </param>
public sealed record RenderedChat(string Text, IReadOnlyList<Range> Data)
{
    /// <summary>The names that the template writes as marks, some of which may be tokens that are no special ones.</summary>
    internal IReadOnlySet<string> Marks { get; init; } = new HashSet<string>();

    /// <summary>Returns a part, with the ranges counted from its start.</summary>
    internal RenderedChat Slice(Range part)
    {
        (int start, int length) = part.GetOffsetAndLength(Text.Length);
        int end = start + length;
        return this with
        {
            Text = Text[part],
            Data =
            [
                .. Data.Where(range => range.Start.Value < end && range.End.Value > start)
                    .Select(range => (Math.Max(range.Start.Value, start) - start)..(Math.Min(range.End.Value, end) - start)),
            ],
        };
    }

    /// <summary>Returns the text with data after it.</summary>
    internal RenderedChat WithData(string data) =>
        data.Length == 0 ? this : this with { Text = Text + data, Data = [.. Data, Text.Length..(Text.Length + data.Length)] };

    /// <summary>Returns the text with text of the template after it.</summary>
    internal RenderedChat WithMarks(string marks) => this with { Text = Text + marks };
}
