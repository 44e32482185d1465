namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>Counts in texts as Python does: by code points, where .NET counts UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>Returns where each code point starts, and the length of the text; null where each is one unit.</summary>
    public static int[]? Starts(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return null;
        var starts = new List<int>(text.Length + 1);
        for (int at = 0; at < text.Length; at += IsPair(text, at) ? 2 : 1)
            starts.Add(at);
        starts.Add(text.Length);
        return [.. starts];
    }

    /// <summary>Returns the code points, each by its start and its length in UTF-16 units.</summary>
    public static IEnumerable<(int Start, int Length)> Each(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = IsPair(text, at) ? 2 : 1;
            yield return (at, length);
            at += length;
        }
    }

    /// <summary>Compares by code points, in which characters beyond the BMP come last.</summary>
    public static int Compare(string a, string b)
    {
        int common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length.CompareTo(b.Length);
        char x = a[common], y = b[common];
        bool xWide = char.IsSurrogate(x), yWide = char.IsSurrogate(y);
        return xWide != yWide ? xWide.CompareTo(yWide) : x.CompareTo(y);
    }

    /// <summary>Returns whether Python counts a character as white space.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    private static bool IsPair(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
}
