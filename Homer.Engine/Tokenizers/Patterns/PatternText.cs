using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>The text of a pattern while it is parsed.</summary>
internal sealed class PatternText(string pattern)
{
    private int at;

    /// <summary>Whether all of it is read.</summary>
    internal bool IsAtEnd => at >= pattern.Length;

    /// <summary>Returns the refusal of a pattern.</summary>
    internal static HomerException Refusal(string pattern, string what) =>
        new($"The pattern {Quoted.Text(pattern)} {what}, so this tokenizer cannot be used.");

    /// <summary>Returns the refusal of this pattern.</summary>
    internal HomerException Refuse(string what) => Refusal(pattern, what);

    /// <summary>Takes the next character.</summary>
    /// <exception cref="HomerException">The pattern ends.</exception>
    internal int Next()
    {
        if (IsAtEnd)
            throw Refuse("ends too early");
        int point = CodePoints.At(pattern, at);
        at += CodePoints.Length(point);
        return point;
    }

    /// <summary>Returns the next character without taking it; -1 at the end.</summary>
    internal int Peek() => CodePoints.At(pattern, at);

    /// <summary>Takes a text if it is next.</summary>
    internal bool Take(string text)
    {
        if (string.CompareOrdinal(pattern, at, text, 0, text.Length) != 0)
            return false;
        at += text.Length;
        return true;
    }

    /// <summary>Takes what stands before a text, and the text; null where it is not there.</summary>
    internal string? TakeUntil(string end)
    {
        int found = pattern.IndexOf(end, at, StringComparison.Ordinal);
        if (found < 0)
            return null;
        string text = pattern[at..found];
        at = found + end.Length;
        return text;
    }

    /// <summary>Takes decimal digits; null where there are none.</summary>
    internal int? TakeNumber()
    {
        int begin = at;
        while (!IsAtEnd && char.IsAsciiDigit(pattern[at]))
            at++;
        return begin == at ? null : int.TryParse(pattern.AsSpan(begin, at - begin), out int number) ? number : int.MaxValue;
    }

    /// <summary>Takes up to a number of hexadecimal digits.</summary>
    /// <exception cref="HomerException">There are none.</exception>
    internal int TakeHexadecimal(int most)
    {
        int begin = at, value = 0;
        while (at - begin < most && !IsAtEnd && char.IsAsciiHexDigit(pattern[at]))
            value = (value * 16) + Convert.ToInt32(pattern[at++].ToString(), 16);
        return begin == at || value >= CodePointSet.End ? throw Refuse("has an escape without a number of a character") : value;
    }

    /// <summary>Remembers the place, and returns what goes back to it.</summary>
    internal Action Mark()
    {
        int here = at;
        return () => at = here;
    }
}
