namespace Homer.Engine.Passages;

/// <summary>Splits a text of any language into its sentences, between which others may be planted.</summary>
internal static class Sentences
{
    // A text without sentences, such as a table, is split all the same.
    private const int Longest = 1000;
    private const int LongestAbbreviation = 3;

    private const string Terminators = ".!?…";
    private const string WideTerminators = "。！？｡।؟۔";
    private const string Closers = "\"'”’»)]}_*”’」』）】";

    /// <summary>Returns the sentences in their order, each with the space after it; together they are the text.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        int[] starts = Starts(text);
        return [.. starts.Select((start, i) => text[start..(i + 1 < starts.Length ? starts[i + 1] : text.Length)])];
    }

    /// <summary>Returns the places of the first characters of the sentences, ascending.</summary>
    /// <param name="text">The text.</param>
    /// <param name="byLines">Whether lines that stand for themselves are sentences, too, such as those of logs and tables.</param>
    public static int[] Starts(string text, bool byLines = false)
    {
        var starts = new List<int>();
        int start = 0;
        foreach (int end in Ends(text, byLines ? RecordLines.Of(text) : []).Append(text.Length))
        {
            while (end - start > Longest)
                Add(start + Piece(text.AsSpan(start, Longest)));
            Add(end);
        }

        return [.. starts];

        void Add(int end)
        {
            if (end > start)
                starts.Add(start);
            start = Math.Max(start, end);
        }
    }

    /// <summary>
    /// Returns where sentences end, the space after them included: after a stop, at an empty line, and at the end of a line that stands for
    /// itself.
    /// </summary>
    private static IEnumerable<int> Ends(string text, IEnumerable<Range> records)
    {
        using IEnumerator<Range> record = records.GetEnumerator();
        bool isLeft = record.MoveNext();
        for (int at = 0; at < text.Length;)
        {
            while (isLeft && record.Current.End.Value <= at)
                isLeft = record.MoveNext();
            bool inRecord = isLeft && record.Current.Start.Value <= at;
            int next = at + 1;
            bool wide = WideTerminators.Contains(text[at]), ends = wide || (Terminators.Contains(text[at]) && !IsAbbreviation(text, at));
            if (ends)
            {
                while (next < text.Length && IsTail(text[next]))
                    wide |= WideTerminators.Contains(text[next++]);
            }

            int space = next;
            while (space < text.Length && char.IsWhiteSpace(text[space]))
                space++;
            if ((ends && (wide || space > next)) || text.AsSpan(at, space - at).Count('\n') > (inRecord ? 0 : 1))
                yield return space;
            at = Math.Max(space, next);
        }
    }

    private static bool IsTail(char character) =>
        Terminators.Contains(character) || WideTerminators.Contains(character) || Closers.Contains(character);

    /// <summary>Returns whether a full stop follows a title or an initial, as in "Mr." and "J.".</summary>
    private static bool IsAbbreviation(string text, int stop)
    {
        if (text[stop] != '.')
            return false;
        int start = stop;
        while (start > 0 && stop - start <= LongestAbbreviation && char.IsLetter(text[start - 1]))
            start--;
        return stop - start is > 0 and <= LongestAbbreviation && char.IsUpper(text[start]);
    }

    /// <summary>Returns the length of a piece of a text that has no sentences: up to its last space, if it has one.</summary>
    private static int Piece(ReadOnlySpan<char> text)
    {
        int space = text.LastIndexOfAny(" \t\n");
        if (space > 0)
            return space + 1;
        return char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;
    }
}
