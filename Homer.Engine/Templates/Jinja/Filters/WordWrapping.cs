using System.Text.RegularExpressions;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Breaks a paragraph into lines of at most a width, as Python's <c>textwrap</c> does.</summary>
internal sealed partial class WordWrapping(int width, bool breaksLongWords, bool breaksOnHyphens)
{
    /// <summary>Returns the lines.</summary>
    public IEnumerable<TextValue> Lines(TextValue paragraph)
    {
        var chunks = new Stack<TextSpan>(Chunks(paragraph.Text).Reverse());
        bool isFirst = true;
        while (chunks.Count > 0)
        {
            if (!isFirst && IsSpace(paragraph, chunks.Peek()))
            {
                chunks.Pop();
                if (chunks.Count == 0)
                    yield break;
            }

            TextValue line = Line(paragraph, chunks);
            if (line.Text.Length > 0)
            {
                isFirst = false;
                yield return line;
            }
        }
    }

    private TextValue Line(TextValue paragraph, Stack<TextSpan> chunks)
    {
        var line = new List<TextSpan>();
        int length = 0;
        while (chunks.TryPeek(out TextSpan next) && length + Length(paragraph, next) <= width)
        {
            RenderingBudget.Current.Step();
            length += Length(paragraph, next);
            line.Add(chunks.Pop());
        }

        if (chunks.TryPeek(out TextSpan tooLong) && Length(paragraph, tooLong) > width)
        {
            if (breaksLongWords)
                BreakWord(paragraph, chunks, line, width - length);
            else if (line.Count == 0)
                line.Add(chunks.Pop());
        }

        if (line.Count > 0 && IsSpace(paragraph, line[^1]))
            line.RemoveAt(line.Count - 1);
        return line.Count == 0 ? TextValue.Empty : paragraph.Piece(line[0].Start, line[^1].End - line[0].Start);
    }

    private void BreakWord(TextValue paragraph, Stack<TextSpan> chunks, List<TextSpan> line, int room)
    {
        TextSpan word = chunks.Pop();
        int end = paragraph.ToUnits(paragraph.ToPoints(word.Start) + Math.Max(1, room));
        if (room < 1 && line.Count > 0)
        {
            chunks.Push(word);
            return;
        }

        int hyphen = breaksOnHyphens ? paragraph.Text.LastIndexOf('-', end - 1, end - word.Start) : -1;
        if (hyphen > word.Start && paragraph.Text.AsSpan(word.Start, hyphen - word.Start).ContainsAnyExcept('-'))
            end = hyphen + 1;
        line.Add(new(word.Start, end));
        chunks.Push(new(end, word.End));
    }

    private IEnumerable<TextSpan> Chunks(string text) =>
        (breaksOnHyphens ? HyphenChunk() : Chunk()).Matches(text).Select(match => new TextSpan(match.Index, match.Index + match.Length));

    private static int Length(TextValue text, TextSpan span) => text.ToPoints(span.End) - text.ToPoints(span.Start);

    private static bool IsSpace(TextValue text, TextSpan span) => text.Text.AsSpan(span.Start, span.End - span.Start).IsWhiteSpace();

    [GeneratedRegex(@"\s+|\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Chunk();

    // Spaces, dashes of two or more, and words, which end after a hyphen between letters.
    [GeneratedRegex(
        @"\s+|(?<=[\w!""'&.,?])-{2,}(?=\w)"
        + @"|[^\s]+?(?:-(?:(?<=[^\d\W]{2}-)|(?<=[^\d\W]-[^\d\W]-))(?=[^\d\W]-?[^\d\W])|(?=\s|$)|(?<=[\w!""'&.,?])(?=-{2,}\w))",
        RegexOptions.CultureInvariant)]
    private static partial Regex HyphenChunk();
}
