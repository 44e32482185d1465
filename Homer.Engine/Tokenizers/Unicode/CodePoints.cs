using System.Text;

namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>Steps through texts by code points.</summary>
internal static class CodePoints
{
    /// <summary>Returns the code point at a place, and -1 at the end.</summary>
    internal static int At(ReadOnlySpan<char> text, int at)
    {
        if ((uint)at >= (uint)text.Length)
            return -1;
        char first = text[at];
        return char.IsHighSurrogate(first) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
            ? char.ConvertToUtf32(first, text[at + 1])
            : first;
    }

    /// <summary>Returns the number of UTF-16 units of a code point.</summary>
    internal static int Length(int point) => point > char.MaxValue ? 2 : 1;

    /// <summary>Returns the place of the code point before a place.</summary>
    internal static int Before(ReadOnlySpan<char> text, int at) =>
        at >= 2 && char.IsLowSurrogate(text[at - 1]) && char.IsHighSurrogate(text[at - 2]) ? at - 2 : at - 1;

    /// <summary>Appends a code point.</summary>
    internal static void Append(StringBuilder text, int point)
    {
        if (point <= char.MaxValue)
            text.Append((char)point);
        else
            text.Append(char.ConvertFromUtf32(point));
    }

    /// <summary>Returns a text whose lone surrogates are replaced by U+FFFD.</summary>
    internal static string Whole(string text)
    {
        int at = FirstLone(text, 0);
        if (at < 0)
            return text;
        var whole = text.ToCharArray();
        for (; at >= 0; at = FirstLone(text, at + 1))
            whole[at] = '\ufffd';
        return new(whole);
    }

    private static int FirstLone(string text, int from)
    {
        for (int at = from; at < text.Length; at++)
        {
            int next = text.AsSpan(at).IndexOfAnyInRange('\ud800', '\udfff');
            if (next < 0)
                return -1;
            at += next;
            if (char.IsLowSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
                return at;
            at++;
        }

        return -1;
    }
}
