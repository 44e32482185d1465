using System.Buffers;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Splits strings as Python's methods do.</summary>
internal static class TextSplitting
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029");

    /// <summary>Splits at a separator, or at runs of white space where none is given.</summary>
    public static ListValue Split(TextValue text, Arguments arguments, bool fromRight)
    {
        Value?[] bound = arguments.Bind("split", 0, "sep", "maxsplit");
        int most = bound[1] is { } given ? Numbers.Integer(given) : -1;
        if (most < 0)
            most = int.MaxValue;
        if (bound[0] is null or NoneValue)
            return ListValue.Of(fromRight ? WordsFromRight(text, most) : Words(text, most));
        string separator = Texts.Of(bound[0]!);
        if (separator.Length == 0)
            throw JinjaException.Runtime("empty separator");
        return ListValue.Of(At(text, separator, most, fromRight));
    }

    /// <summary>Splits at the ends of lines.</summary>
    public static ListValue SplitLines(TextValue text, Arguments arguments)
    {
        bool keeps = arguments.Bind("splitlines", 0, "keepends")[0]?.IsTrue ?? false;
        return ListValue.Of(Lines(text, keeps));
    }

    /// <summary>Returns the lines, with or without their ends.</summary>
    public static IEnumerable<TextValue> Lines(TextValue text, bool keepsEnds = false)
    {
        string s = text.Text;
        for (int start = 0; start < s.Length;)
        {
            int end = s.AsSpan(start).IndexOfAny(LineEnds);
            end = end < 0 ? s.Length : start + end;
            int next = end == s.Length ? end : end + (s[end] == '\r' && end + 1 < s.Length && s[end + 1] == '\n' ? 2 : 1);
            yield return text.Piece(start, (keepsEnds ? next : end) - start);
            start = next;
        }
    }

    /// <summary>Splits into what is before a separator, the separator, and what is after it.</summary>
    public static TupleValue Partition(TextValue text, Arguments arguments, bool fromRight)
    {
        TextValue separator = Texts.Value(arguments.Bind("partition", 1, "sep")[0]!);
        string s = text.Text;
        if (separator.Text.Length == 0)
            throw JinjaException.Runtime("empty separator");
        int at = fromRight ? TextSearch.FindLast(s, separator.Text, s.Length) : TextSearch.Find(s, separator.Text, 0);
        if (at < 0)
            return new(fromRight ? [TextValue.Empty, TextValue.Empty, text] : [text, TextValue.Empty, TextValue.Empty]);
        int after = at + separator.Text.Length;
        return new([text.Piece(0, at), text.Piece(at, separator.Text.Length), text.Piece(after, s.Length - after)]);
    }

    private static IEnumerable<Value> At(TextValue text, string separator, int most, bool fromRight)
    {
        List<int> places = [.. TextSearch.All(text.Text, separator)];
        if (fromRight && places.Count > 0)
        {
            // From the right, overlapping places are others.
            places.Clear();
            int at = TextSearch.FindLast(text.Text, separator, text.Text.Length);
            for (; at >= 0 && places.Count < most; at = TextSearch.FindLast(text.Text, separator, at))
                places.Add(at);
            places.Reverse();
        }

        int start = 0;
        foreach (int place in places.Take(most))
        {
            yield return text.Piece(start, place - start);
            start = place + separator.Length;
        }

        yield return text.Piece(start, text.Text.Length - start);
    }

    private static IEnumerable<Value> Words(TextValue text, int most)
    {
        string s = text.Text;
        for (int at = 0, taken = 0; ; taken++)
        {
            while (at < s.Length && CodePoints.IsSpace(s[at]))
                at++;
            if (at == s.Length)
                yield break;
            int start = at;
            while (at < s.Length && (taken >= most || !CodePoints.IsSpace(s[at])))
                at++;
            yield return text.Piece(start, at - start);
        }
    }

    private static List<Value> WordsFromRight(TextValue text, int most)
    {
        string s = text.Text;
        var words = new List<Value>();
        for (int at = s.Length; ;)
        {
            while (at > 0 && CodePoints.IsSpace(s[at - 1]))
                at--;
            if (at == 0)
                break;
            int end = at;
            while (at > 0 && (words.Count >= most || !CodePoints.IsSpace(s[at - 1])))
                at--;
            words.Add(text.Piece(at, end - at));
        }

        words.Reverse();
        return words;
    }
}
