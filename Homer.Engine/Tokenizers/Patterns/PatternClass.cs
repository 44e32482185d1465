using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>
/// Parses the classes of patterns: escapes such as <c>\p{L}</c> and <c>\s</c>, and brackets with ranges, nested classes, POSIX names and
/// intersections (<c>&amp;&amp;</c>), as Oniguruma has them (its doc/RE).
/// </summary>
internal sealed class PatternClass(PatternText text)
{
    private const int MostNested = 100;

    private int depth;

    /// <summary>Returns the set that an escape means whose letter was taken; null where it means no set.</summary>
    internal CodePointSet? Escape(int letter) => letter switch
    {
        'd' => UnicodeSets.Category("Nd"),
        'D' => UnicodeSets.Category("Nd")!.Not(),
        'w' => UnicodeSets.Word,
        'W' => UnicodeSets.Word.Not(),
        's' => UnicodeSets.WhiteSpace,
        'S' => UnicodeSets.WhiteSpace.Not(),
        'h' => HexDigits,
        'H' => HexDigits.Not(),
        'p' => Property(isNegative: false),
        'P' => Property(isNegative: true),
        _ => null,
    };

    /// <summary>Returns the character that an escape means whose letter was taken.</summary>
    /// <exception cref="HomerException">It means none, or one that Homer does not know.</exception>
    internal int Character(int letter)
    {
        switch (letter)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'a': return '\a';
            case 'e': return 0x1b;
            case '0': return 0;
            case 'u': return text.TakeHexadecimal(4);
            case 'x' when text.Take("{"):
                int point = text.TakeHexadecimal(8);
                return text.Take("}") ? point : throw text.Refuse("has an escape \\x{…} that does not end");
            case 'x':
                int value = text.TakeHexadecimal(2);
                return value < 0x80 ? value : throw text.Refuse("escapes a single byte");
            default:
                return letter >= 0x80 || !char.IsAsciiLetterOrDigit((char)letter)
                    ? letter
                    : throw text.Refuse($"has the escape \\{(char)letter}, which Homer does not know");
        }
    }

    /// <summary>Parses a class in brackets, whose first bracket was taken.</summary>
    /// <param name="ignoresCase">True to take in the characters that differ in case alone.</param>
    /// <exception cref="HomerException">The class does not end, or has what Homer does not know.</exception>
    internal CodePointSet Brackets(bool ignoresCase)
    {
        if (++depth > MostNested)
            throw text.Refuse("nests too many classes");
        bool isNegative = text.Take("^");
        CodePointSet? all = null;
        CodePointSet members = CodePointSet.None;
        bool isFirst = true;
        while (isFirst || !text.Take("]"))
        {
            if (text.Take("&&"))
            {
                all = all?.And(members) ?? members;
                members = CodePointSet.None;
            }
            else
            {
                members = members.Or(Item(ignoresCase));
            }

            isFirst = false;
        }

        depth--;
        members = all?.And(members) ?? members;
        if (ignoresCase)
            members = CaseFolding.Close(members);
        return isNegative ? members.Not() : members;
    }

    private static CodePointSet HexDigits { get; } = CodePointSet.Of([('0', '9'), ('A', 'F'), ('a', 'f')]);

    private CodePointSet Item(bool ignoresCase)
    {
        Action back = text.Mark();
        if (text.Take("[:"))
        {
            if (text.TakeUntil(":]") is { } name && Posix(name) is { } named)
                return named;
            back();
        }

        int first = text.Next();
        if (first == '[')
            return Brackets(ignoresCase);
        if (first == '\\')
        {
            int letter = text.Next();
            if (Escape(letter) is { } escaped)
                return escaped;
            first = letter == 'b' ? '\b' : Character(letter);
        }

        Action rest = text.Mark();
        if (!text.Take("-"))
            return CodePointSet.Of(first);
        if (text.Peek() is ']' or '[' or -1)
        {
            rest();
            return CodePointSet.Of(first);
        }

        int last = text.Next();
        if (last == '\\')
        {
            int letter = text.Next();
            last = "dDwWsShHpP".Contains((char)Math.Min(letter, char.MaxValue))
                ? throw text.Refuse("has a range that ends in a class")
                : letter == 'b' ? '\b' : Character(letter);
        }

        return last >= first ? CodePointSet.Of([(first, last)]) : throw text.Refuse("has a range whose end comes before its beginning");
    }

    private CodePointSet Property(bool isNegative)
    {
        if (!text.Take("{") || text.TakeUntil("}") is not { } name)
            throw text.Refuse("has \\p without a name in braces");
        if (name.StartsWith('^'))
            (isNegative, name) = (!isNegative, name[1..]);
        CodePointSet set = UnicodeSets.Category(name) ?? UnicodeSets.Script(name) ?? Posix(name.ToLowerInvariant())
            ?? throw text.Refuse($"names the property {Files.Quoted.Text(name)}, which Homer does not know");
        return isNegative ? set.Not() : set;
    }

    /// <summary>Returns the class of a name such as <c>alpha</c> or <c>^alpha</c>; null where there is none.</summary>
    private static CodePointSet? Posix(string name)
    {
        if (name.StartsWith('^'))
            return Posix(name[1..])?.Not();
        return name switch
        {
            "alpha" or "alphabetic" => UnicodeSets.Alphabetic,
            "digit" => UnicodeSets.Category("Nd"),
            "alnum" => UnicodeSets.Alphabetic.Or(UnicodeSets.Category("Nd")!),
            "upper" or "uppercase" => null,
            "lower" or "lowercase" => null,
            "punct" => UnicodeSets.Punctuation,
            "space" or "whitespace" => UnicodeSets.WhiteSpace,
            "blank" => UnicodeSets.Category("Zs")!.Or(CodePointSet.Of('\t')),
            "cntrl" => UnicodeSets.Category("Cc"),
            "xdigit" => HexDigits,
            "word" => UnicodeSets.Word,
            "ascii" => CodePointSet.Of([(0, 0x7f)]),
            "any" => CodePointSet.All,
            "assigned" => UnicodeSets.Category("Cn")!.Not(),
            _ => null,
        };
    }
}
