using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Added;

/// <summary>Finds added tokens in a text.</summary>
/// <param name="tokens">The tokens; of several with the same text the first counts.</param>
/// <param name="form">Returns the text of a token as it is searched.</param>
internal sealed class AddedFinder(AddedToken[] tokens, Func<string, string> form)
{
    private readonly bool areAllSpecial = Array.TrueForAll(tokens, token => token.IsSpecial);
    private readonly TokenTrie trie = new([.. tokens.Select(token => form(token.Text))]);

    private readonly bool arePlain = Array.TrueForAll(tokens, token => !token.IsSingleWord && !token.StripsLeft && !token.StripsRight);

    // What decides about a token ends at the character after it.
    private readonly int reach = tokens.Select(token => form(token.Text).Length).Append(0).Max() + 2;

    /// <summary>
    /// Returns the last place at which a text that goes on can be cut in two, so that the tokens of its parts are those of the whole; 0
    /// where there is none.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">Where marks are found; no part of the text is data.</param>
    /// <param name="canCut">Returns whether nothing else speaks against a place.</param>
    internal int Settled(string text, MarkRules rules, Func<string, int, bool> canCut)
    {
        if (FindsNothing(rules))
            return Last(text, 0, text.Length - 1, canCut);
        List<(int Begin, int End)> gaps = [];
        int limit = text.Length - reach, done = 0;
        for (int from = 0; from <= limit;)
        {
            (int begin, int length, int index) = trie.Find(text, from);
            // At the ends of a token its neighbours count, unless no token asks for them.
            gaps.Add((arePlain ? Math.Max(done, 1) : done + 1, Math.Min(limit, index >= 0 && arePlain ? begin : begin - 1)));
            if (index < 0)
                break;
            done = begin + length;
            from = rules.FindsMarks && !rules.Allows(tokens[index], begin, done) ? begin + 1 : done;
        }

        for (int i = gaps.Count - 1; i >= 0; i--)
        {
            if (Last(text, gaps[i].Begin, gaps[i].End, canCut) is > 0 and var place)
                return place;
        }

        return 0;
    }

    /// <summary>Returns the parts of a text: tokens and what lies between.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">Where marks are found.</param>
    /// <param name="allows">Returns whether a token counts at a place.</param>
    /// <param name="isAtStart">Whether the text is the beginning of the whole.</param>
    internal IEnumerable<AddedVocabulary.Section> Cut(string text, MarkRules rules, Func<AddedToken, int, int, bool> allows, bool isAtStart)
    {
        int done = 0;
        for (int from = FindsNothing(rules) ? text.Length : 0; from < text.Length;)
        {
            (int begin, int length, int index) = trie.Find(text, from);
            if (index < 0)
                break;
            int end = from = begin + length;
            AddedToken token = tokens[index];
            if (!allows(token, begin, end))
            {
                // Where the name of a mark is data, another mark may begin in it.
                from = rules.FindsMarks ? begin + 1 : end;
                continue;
            }

            if (token.IsSingleWord && TouchesWord(text, begin, end))
                continue;
            if (token.StripsLeft)
                begin = Math.Max(BeforeBlanks(text, begin), done);
            if (token.StripsRight)
                end = AfterBlanks(text, end);
            if (begin > done)
                yield return new(text[done..begin], null, isAtStart && done == 0);
            yield return new(token.Text, token.Id, isAtStart && begin == 0) { Length = end - begin };
            done = end;
        }

        if (done < text.Length)
            yield return new(done == 0 ? text : text[done..], null, isAtStart && done == 0);
    }

    private bool FindsNothing(MarkRules rules) => areAllSpecial && !rules.FindsMarks;

    private int Last(string text, int first, int last, Func<string, int, bool> canCut)
    {
        for (int at = last; at >= Math.Max(first, 1); at--)
        {
            bool isBlank = !arePlain && (UnicodeSets.WhiteSpace.Contains(text[at - 1]) || UnicodeSets.WhiteSpace.Contains(text[at]));
            if (!isBlank && !char.IsLowSurrogate(text[at]) && canCut(text, at))
                return at;
        }

        return 0;
    }

    private static bool TouchesWord(string text, int begin, int end) =>
        (begin > 0 && IsWord(CodePoints.At(text, CodePoints.Before(text, begin)))) || IsWord(CodePoints.At(text, end));

    // The reference asks the regex crate, whose \w takes in the joiners.
    private static bool IsWord(int point) => point is 0x200c or 0x200d || UnicodeSets.Word.Contains(point);

    private static int BeforeBlanks(string text, int at)
    {
        while (at > 0 && UnicodeSets.WhiteSpace.Contains(text[at - 1]))
            at--;
        return at;
    }

    private static int AfterBlanks(string text, int at)
    {
        while (at < text.Length && UnicodeSets.WhiteSpace.Contains(text[at]))
            at++;
        return at;
    }
}
