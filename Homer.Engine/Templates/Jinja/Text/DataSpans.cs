namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>
/// The parts of a text that come from the data and not from the template: sorted, disjoint, no two of them adjacent.
/// </summary>
internal readonly struct DataSpans(TextSpan[]? spans)
{
    /// <summary>The parts.</summary>
    public ReadOnlySpan<TextSpan> All => spans;

    /// <summary>Whether there are any.</summary>
    public bool Any => spans is { Length: > 0 };

    /// <summary>Returns the one part that is a whole text of data.</summary>
    public static DataSpans Whole(int length) => length == 0 ? default : new([new(0, length)]);

    /// <summary>Returns the parts within a piece of the text, counted from its start.</summary>
    public DataSpans Slice(int start, int length)
    {
        if (!Any || length == 0)
            return default;
        int end = start + length;
        if (spans!.Length == 1 && spans[0].Start <= start && spans[0].End >= end)
            return Whole(length);
        return new([
            .. spans.Where(span => span.Start < end && span.End > start)
                .Select(span => new TextSpan(Math.Max(span.Start, start) - start, Math.Min(span.End, end) - start)),
        ]);
    }

    /// <summary>Returns the parts as an array.</summary>
    public TextSpan[] ToArray() => spans ?? [];
}
