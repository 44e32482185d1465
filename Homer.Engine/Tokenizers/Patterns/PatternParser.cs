using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>
/// Parses patterns of Oniguruma's Ruby syntax (its doc/RE), in which tokenizers are written. What Homer cannot match exactly is refused.
/// </summary>
internal sealed class PatternParser
{
    private const int MostNested = 100;
    private const int MostTimes = 100_000;

    private readonly PatternText text;
    private readonly PatternClass classes;
    private int depth;
    private bool ignoresCase;
    private bool dotIsAll;
    private bool isExtended;

    private PatternParser(string pattern)
    {
        text = new(pattern);
        classes = new(text);
    }

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="HomerException">The pattern is broken, or cannot be matched exactly.</exception>
    internal static PatternNode Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        PatternNode node = parser.Alternatives();
        return parser.text.IsAtEnd ? node : throw parser.text.Refuse("closes a group that it does not open");
    }

    private PatternNode Alternatives()
    {
        if (++depth > MostNested)
            throw text.Refuse("nests too many groups");
        (bool, bool, bool) options = (ignoresCase, dotIsAll, isExtended);
        List<PatternNode> alternatives = [Concatenation()];
        while (text.Take("|"))
            alternatives.Add(Concatenation());
        (ignoresCase, dotIsAll, isExtended) = options;
        depth--;
        return alternatives is [var only] ? only : new PatternNode.Choice(alternatives);
    }

    private PatternNode Concatenation()
    {
        List<PatternNode> parts = [];
        int before = -1;
        while (text.Peek() is not (-1 or '|' or ')'))
        {
            if (isExtended && SkipsBlank())
                continue;
            int letter = text.Peek();
            if (Atom() is not { } atom)
            {
                before = -1;
                continue;
            }

            if (ignoresCase && before >= 0 && CaseFolding.AreOne(before, letter))
                throw text.Refuse("ignores the case of letters that are one character in another case");
            PatternNode repeated = Quantified(atom);
            bool isLetter = ReferenceEquals(repeated, atom) && letter is not ('\\' or '[' or '(' or '.');
            before = isLetter ? letter : -1;
            parts.Add(repeated);
        }

        return parts is [var only] ? only : new PatternNode.Sequence(parts);
    }

    private bool SkipsBlank()
    {
        if (text.Peek() is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
        {
            text.Next();
            return true;
        }

        if (!text.Take("#"))
            return false;
        while (text.Peek() is not (-1 or '\n'))
            text.Next();
        return true;
    }

    /// <summary>Parses what a quantifier may follow; null for what stands for nothing, such as a comment.</summary>
    private PatternNode? Atom()
    {
        int letter = text.Next();
        switch (letter)
        {
            case '(': return Group();
            case '[': return new PatternNode.Set(classes.Brackets(ignoresCase));
            case '.': return new PatternNode.Set(dotIsAll ? CodePointSet.All : CodePointSet.Of('\n').Not());
            case '^': return new PatternNode.Anchor(AnchorKind.LineStart);
            case '$': return new PatternNode.Anchor(AnchorKind.LineEnd);
            case '\\': return Escape(text.Next());
            case '*' or '+' or '?': throw text.Refuse("repeats nothing");
            default: return Literal(letter);
        }
    }

    private PatternNode.Set Literal(int point)
    {
        if (ignoresCase && CaseFolding.IsSeveral(point))
            throw text.Refuse("ignores the case of a character that is several letters in another case");
        return new(ignoresCase ? CaseFolding.Of(point) : CodePointSet.Of(point));
    }

    private PatternNode Escape(int letter)
    {
        AnchorKind? anchor = letter switch
        {
            'A' => AnchorKind.TextStart,
            'z' => AnchorKind.TextEnd,
            'Z' => AnchorKind.LastLineEnd,
            'b' => AnchorKind.WordBoundary,
            'B' => AnchorKind.NoWordBoundary,
            _ => null,
        };
        if (anchor is { } kind)
            return new PatternNode.Anchor(kind);
        return letter switch
        {
            'N' => new PatternNode.Set(CodePointSet.Of('\n').Not()),
            'O' => new PatternNode.Set(CodePointSet.All),
            'R' => LineBreak,
            >= '1' and <= '9' or 'k' or 'g' => throw text.Refuse("refers to a group"),
            _ => classes.Escape(letter) is { } set ? new PatternNode.Set(set) : Literal(classes.Character(letter)),
        };
    }

    private static PatternNode.Atomic LineBreak { get; } = new(new PatternNode.Choice(
    [
        new PatternNode.Sequence([new PatternNode.Set(CodePointSet.Of('\r')), new PatternNode.Set(CodePointSet.Of('\n'))]),
        new PatternNode.Set(CodePointSet.Of([('\n', '\r'), (0x85, 0x85), (0x2028, 0x2029)])),
    ]));

    private PatternNode? Group()
    {
        if (!text.Take("?"))
            return Close(Alternatives());
        if (text.Take("#"))
            return text.TakeUntil(")") is null ? throw text.Refuse("has a comment that does not end") : null;
        if (text.Take(":"))
            return Close(Alternatives());
        if (text.Take(">"))
            return Close(new PatternNode.Atomic(Alternatives()));
        if (text.Take("="))
            return Close(new PatternNode.Look(Alternatives(), IsBehind: false, IsNegative: false));
        if (text.Take("!"))
            return Close(new PatternNode.Look(Alternatives(), IsBehind: false, IsNegative: true));
        if (text.Take("<="))
            return Close(new PatternNode.Look(Alternatives(), IsBehind: true, IsNegative: false));
        if (text.Take("<!"))
            return Close(new PatternNode.Look(Alternatives(), IsBehind: true, IsNegative: true));
        if (text.Take("<") && text.TakeUntil(">") is not null)
            return Close(Alternatives());
        return Options();
    }

    /// <summary>Parses options such as <c>(?i)</c>, which last to the end of the group, and <c>(?i:…)</c>.</summary>
    private PatternNode Options()
    {
        (bool, bool, bool) before = (ignoresCase, dotIsAll, isExtended);
        bool isOn = true;
        while (true)
        {
            switch (text.Next())
            {
                case '-': isOn = false; break;
                case 'i': ignoresCase = isOn; break;
                case 'm': dotIsAll = isOn; break;
                case 'x': isExtended = isOn; break;
                // Up to the end of the group, alternatives included, is what follows.
                case ')': return Alternatives();
                case ':':
                    PatternNode node = Close(Alternatives());
                    (ignoresCase, dotIsAll, isExtended) = before;
                    return node;
                default: throw text.Refuse("has a group of a kind that Homer does not know");
            }
        }
    }

    private PatternNode Close(PatternNode node) => text.Take(")") ? node : throw text.Refuse("opens a group that it does not close");

    private PatternNode Quantified(PatternNode node)
    {
        while (Times() is { } times)
        {
            if (node is PatternNode.Anchor or PatternNode.Look)
                throw text.Refuse("repeats a condition");
            node = new PatternNode.Repeat(node, times.Min, times.Max, times.Greed);
            // {n}? is {n} or nothing.
            if (times.IsOptional)
                node = new PatternNode.Repeat(node, 0, 1, Greed.Greedy);
        }

        return node;
    }

    private (int Min, int? Max, Greed Greed, bool IsOptional)? Times()
    {
        (int Min, int? Max)? simple = text.Take("*") ? (0, null) : text.Take("+") ? (1, null) : text.Take("?") ? (0, 1) : null;
        if (simple is { } range)
        {
            Greed greed = text.Take("?") ? Greed.Lazy : text.Take("+") ? Greed.Possessive : Greed.Greedy;
            return (range.Min, range.Max, greed, false);
        }

        Action back = text.Mark();
        if (!text.Take("{"))
            return null;
        int? min = text.TakeNumber();
        bool isRange = text.Take(",");
        int? max = isRange ? text.TakeNumber() : min;
        if (!text.Take("}") || (min is null && max is null))
        {
            // A brace that begins no quantifier is a character.
            back();
            return null;
        }

        if (min > MostTimes || max > MostTimes || (max is { } most && min > most))
            throw text.Refuse("repeats a part an impossible number of times");
        // A plus after braces repeats them again: it does not make them possessive.
        bool asks = text.Take("?");
        return (min ?? 0, max, asks && isRange ? Greed.Lazy : Greed.Greedy, asks && !isRange);
    }
}
