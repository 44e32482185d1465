using System.Globalization;

namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>The sets of code points that patterns name: general categories, scripts and classes.</summary>
internal static class UnicodeSets
{
    private const string ScriptPrefix = "script ";

    private static readonly Lazy<UnicodeCategory[]> Categories = new(
        () => [.. Enumerable.Range(0, CodePointSet.End).Select(CharUnicodeInfo.GetUnicodeCategory)]);

    private static readonly Lazy<Dictionary<string, CodePointSet>> Scripts = new(() => UnicodeTables.Names
        .Where(name => name.StartsWith(ScriptPrefix, StringComparison.Ordinal))
        .ToDictionary(name => Plain(name[ScriptPrefix.Length..]), name => CodePointSet.Of(UnicodeTables.Ranges(name))));

    private static readonly Lazy<Dictionary<string, CodePointSet>> General = new(AllCategories);

    // Letters, numbers of letters, and what Unicode lists beside them.
    private static readonly Lazy<CodePointSet> AlphabeticSet = new(
        () => Category("L")!.Or(Category("Nl")!).Or(CodePointSet.Of(UnicodeTables.Ranges("alphabetic"))));

    private static readonly Lazy<CodePointSet> WordSet = new(
        () => Alphabetic.Or(Category("M")!).Or(Category("Nd")!).Or(Category("Pc")!));

    private static readonly Lazy<CodePointSet> NumericSet = new(() => Category("N")!);

    private static readonly Lazy<CodePointSet> PunctuationSet = new(WithSymbols);

    /// <summary>White_Space, which <c>\s</c> and Rust's <c>is_whitespace</c> mean: with U+0085, without U+001C and U+180E.</summary>
    internal static CodePointSet WhiteSpace { get; } = CodePointSet.Of(
        [(9, 13), (0x20, 0x20), (0x85, 0x85), (0xa0, 0xa0), (0x1680, 0x1680), (0x2000, 0x200a), (0x2028, 0x2029), (0x202f, 0x202f),
        (0x205f, 0x205f), (0x3000, 0x3000)]);

    /// <summary>The punctuation and symbols of ASCII.</summary>
    internal static CodePointSet AsciiPunctuation { get; } = CodePointSet.Of([('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]);

    /// <summary>The property Alphabetic.</summary>
    internal static CodePointSet Alphabetic => AlphabeticSet.Value;

    /// <summary>The set of <c>\w</c> in Oniguruma: alphabetic characters, marks, decimal digits and connecting punctuation.</summary>
    internal static CodePointSet Word => WordSet.Value;

    /// <summary>The numbers, <c>\p{N}</c>.</summary>
    internal static CodePointSet Numeric => NumericSet.Value;

    /// <summary>Punctuation of any script, and the symbols of ASCII.</summary>
    internal static CodePointSet Punctuation => PunctuationSet.Value;

    /// <summary>
    /// Returns a general category or a group of them by its name, such as <c>Lu</c> or <c>L</c>; null where there is none.
    /// </summary>
    internal static CodePointSet? Category(string name) => General.Value.GetValueOrDefault(Plain(name));

    /// <summary>Returns a script by its name; null where there is none.</summary>
    internal static CodePointSet? Script(string name) => Scripts.Value.GetValueOrDefault(Plain(name));

    /// <summary>All scripts and their code points.</summary>
    internal static IReadOnlyDictionary<string, CodePointSet> AllScripts => Scripts.Value;

    /// <summary>Returns a name as it is compared: case, spaces, hyphens and underscores do not count.</summary>
    internal static string Plain(string name) =>
        string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToLowerInvariant();

    private static CodePointSet WithSymbols() => Category("P")!.Or(AsciiPunctuation);

    private static Dictionary<string, CodePointSet> AllCategories()
    {
        (string Short, string Long, UnicodeCategory Category)[] names =
        [
            ("Lu", "Uppercase_Letter", UnicodeCategory.UppercaseLetter), ("Ll", "Lowercase_Letter", UnicodeCategory.LowercaseLetter),
            ("Lt", "Titlecase_Letter", UnicodeCategory.TitlecaseLetter), ("Lm", "Modifier_Letter", UnicodeCategory.ModifierLetter),
            ("Lo", "Other_Letter", UnicodeCategory.OtherLetter), ("Mn", "Nonspacing_Mark", UnicodeCategory.NonSpacingMark),
            ("Mc", "Spacing_Mark", UnicodeCategory.SpacingCombiningMark), ("Me", "Enclosing_Mark", UnicodeCategory.EnclosingMark),
            ("Nd", "Decimal_Number", UnicodeCategory.DecimalDigitNumber), ("Nl", "Letter_Number", UnicodeCategory.LetterNumber),
            ("No", "Other_Number", UnicodeCategory.OtherNumber), ("Zs", "Space_Separator", UnicodeCategory.SpaceSeparator),
            ("Zl", "Line_Separator", UnicodeCategory.LineSeparator),
            ("Zp", "Paragraph_Separator", UnicodeCategory.ParagraphSeparator), ("Cc", "Control", UnicodeCategory.Control),
            ("Cf", "Format", UnicodeCategory.Format), ("Cs", "Surrogate", UnicodeCategory.Surrogate),
            ("Co", "Private_Use", UnicodeCategory.PrivateUse), ("Cn", "Unassigned", UnicodeCategory.OtherNotAssigned),
            ("Pc", "Connector_Punctuation", UnicodeCategory.ConnectorPunctuation),
            ("Pd", "Dash_Punctuation", UnicodeCategory.DashPunctuation), ("Ps", "Open_Punctuation", UnicodeCategory.OpenPunctuation),
            ("Pe", "Close_Punctuation", UnicodeCategory.ClosePunctuation),
            ("Pi", "Initial_Punctuation", UnicodeCategory.InitialQuotePunctuation),
            ("Pf", "Final_Punctuation", UnicodeCategory.FinalQuotePunctuation),
            ("Po", "Other_Punctuation", UnicodeCategory.OtherPunctuation), ("Sm", "Math_Symbol", UnicodeCategory.MathSymbol),
            ("Sc", "Currency_Symbol", UnicodeCategory.CurrencySymbol), ("Sk", "Modifier_Symbol", UnicodeCategory.ModifierSymbol),
            ("So", "Other_Symbol", UnicodeCategory.OtherSymbol),
        ];
        (string Short, string Long)[] groups =
        [
            ("L", "Letter"), ("M", "Mark"), ("N", "Number"), ("Z", "Separator"), ("C", "Other"), ("P", "Punctuation"), ("S", "Symbol"),
        ];
        Dictionary<UnicodeCategory, List<(int First, int Last)>> ranges = names.ToDictionary(
            name => name.Category, _ => new List<(int First, int Last)>());
        UnicodeCategory[] categories = Categories.Value;
        for (int begin = 0, at = 1; at <= CodePointSet.End; at++)
        {
            if (at < CodePointSet.End && categories[at] == categories[begin])
                continue;
            ranges[categories[begin]].Add((begin, at - 1));
            begin = at;
        }

        Dictionary<string, CodePointSet> sets = [];
        foreach ((string key, string name, UnicodeCategory category) in names)
            sets[Plain(key)] = sets[Plain(name)] = CodePointSet.Of(ranges[category]);
        foreach ((string key, string name) in groups)
        {
            sets[Plain(key)] = sets[Plain(name)] = CodePointSet.Of(
                names.Where(one => one.Short[0] == key[0]).SelectMany(one => ranges[one.Category]));
        }

        return sets;
    }
}
