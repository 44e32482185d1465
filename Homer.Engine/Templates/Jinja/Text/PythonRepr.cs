using System.Globalization;
using System.Text;

namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>Writes a string as Python's <c>repr</c> does.</summary>
internal static class PythonRepr
{
    /// <summary>Returns the string in quotes, with escapes for what cannot be printed.</summary>
    public static string Of(string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var repr = new StringBuilder(text.Length + 2).Append(quote);
        for (int at = 0; at < text.Length;)
        {
            bool valid = Rune.TryGetRuneAt(text, at, out Rune rune);
            int code = valid ? rune.Value : text[at];
            Write(repr, code, valid ? rune.ToString() : null, quote);
            at += valid ? rune.Utf16SequenceLength : 1;
        }

        return repr.Append(quote).ToString();
    }

    /// <summary>Returns whether Python prints a character as it is.</summary>
    public static bool IsPrintable(int code) => code == ' ' || CharUnicodeInfo.GetUnicodeCategory(code) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);

    private static void Write(StringBuilder repr, int code, string? character, char quote)
    {
        if (code == quote || code == '\\')
            repr.Append('\\').Append((char)code);
        else if (code is '\n' or '\r' or '\t')
            repr.Append('\\').Append(code switch { '\n' => 'n', '\r' => 'r', _ => 't' });
        else if (character is not null && IsPrintable(code))
            repr.Append(character);
        else if (code < 0x100)
            repr.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}");
        else if (code < 0x10000)
            repr.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}");
        else
            repr.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}");
    }
}
