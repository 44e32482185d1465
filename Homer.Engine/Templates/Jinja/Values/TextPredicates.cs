using System.Globalization;
using System.Text;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>The methods of Python's strings that ask something of all characters.</summary>
internal static class TextPredicates
{
    private static readonly Dictionary<string, Func<string, bool>> Predicates = new()
    {
        ["isalpha"] = text => All(text, Rune.IsLetter),
        ["isalnum"] = text => All(text, rune => Rune.IsLetter(rune) || IsNumeric(rune)),
        ["isdecimal"] = text => All(text, IsDecimal),
        ["isdigit"] = text => All(text, IsDigit),
        ["isnumeric"] = text => All(text, IsNumeric),
        ["isspace"] = text => text.Length > 0 && text.All(CodePoints.IsSpace),
        ["isascii"] = text => Ascii.IsValid(text),
        ["isprintable"] = text => text.EnumerateRunes().All(rune => PythonRepr.IsPrintable(rune.Value)),
        ["isidentifier"] = IsIdentifier,
        ["islower"] = text => HasCase(text, Rune.IsLower),
        ["isupper"] = text => HasCase(text, Rune.IsUpper),
        ["istitle"] = text => text.EnumerateRunes().Any(Rune.IsUpper) && PythonCase.Title(text) == text,
    };

    /// <summary>Returns a predicate; null where Python has none of that name.</summary>
    public static Func<string, bool>? Find(string name) => Predicates.GetValueOrDefault(name);

    /// <summary>Returns whether a name of a template may be one of Python's.</summary>
    public static bool IsIdentifier(string text) => text.Length > 0 && !char.IsDigit(text[0])
        && text.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value == '_'
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation);

    private static bool All(string text, Func<Rune, bool> holds) => text.Length > 0 && text.EnumerateRunes().All(holds);

    private static bool HasCase(string text, Func<Rune, bool> holds)
    {
        bool any = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isCased = Rune.IsLower(rune) || Rune.IsUpper(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;
            if (isCased && !holds(rune))
                return false;
            any |= isCased;
        }

        return any;
    }

    private static bool IsDecimal(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    private static bool IsDigit(Rune rune) => IsDecimal(rune) || (rune.IsBmp && CharUnicodeInfo.GetDigitValue((char)rune.Value) >= 0);

    private static bool IsNumeric(Rune rune) => Rune.IsNumber(rune);
}
