using Homer.Engine.Tokenizers.Normalizers;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Added;

/// <summary>The added tokens of a tokenizer: cuts texts at them.</summary>
internal sealed class AddedVocabulary
{
    private readonly INormalizer? normalizer;
    private readonly Finder raw;
    private readonly Finder normalized;
    private readonly Dictionary<int, AddedToken> byId = [];

    /// <summary>Creates the vocabulary; of tokens with the same text the first counts.</summary>
    internal AddedVocabulary(IReadOnlyList<AddedToken> tokens, INormalizer? normalizer)
    {
        this.normalizer = normalizer;
        foreach (AddedToken token in tokens)
            byId[token.Id] = token;
        // Marks come first, so that they win over other tokens of the same text.
        AddedToken[] ordered = [.. tokens.Where(token => token.IsSpecial), .. tokens.Where(token => !token.IsSpecial)];
        raw = new([.. ordered.Where(token => !token.IsNormalized)], text => text);
        normalized = new([.. ordered.Where(token => token.IsNormalized)], text => normalizer?.Normalize(text) ?? text);
    }

    /// <summary>The tokens by their ids.</summary>
    internal IReadOnlyDictionary<int, AddedToken> ById => byId;

    /// <summary>Cuts a text at its added tokens and normalizes what lies between.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rules">Where marks are found.</param>
    internal IEnumerable<Section> Cut(string text, MarkRules rules)
    {
        int offset = 0;
        foreach (Section section in raw.Cut(text, rules, rules.Allows, isAtStart: true))
        {
            if (section.Id is not null)
            {
                offset += section.Length;
                yield return section;
                continue;
            }

            string plain = normalizer?.Normalize(section.Text) ?? section.Text;
            var places = new NormalizedPlaces(section.Text, offset, plain);
            IEnumerable<Section> parts = normalized.Cut(
                plain, rules, (token, begin, end) => rules.AllowsNormalized(token, begin, plain[begin..end], places), section.IsAtStart);
            foreach (Section part in parts)
                yield return part;
            offset += section.Length;
        }
    }

    /// <summary>A part of a text: an added token, or what lies between two.</summary>
    /// <param name="Text">The text.</param>
    /// <param name="Id">The id of an added token.</param>
    /// <param name="IsAtStart">Whether it is the beginning of the whole text.</param>
    internal readonly record struct Section(string Text, int? Id, bool IsAtStart)
    {
        /// <summary>The number of characters that the part takes of the text, blanks around an added token included.</summary>
        internal int Length { get; init; } = Text.Length;
    }

    private sealed class Finder(AddedToken[] tokens, Func<string, string> form)
    {
        private readonly bool areAllSpecial = Array.TrueForAll(tokens, token => token.IsSpecial);
        private readonly TokenTrie trie = new([.. tokens.Select(token => form(token.Text))]);

        internal IEnumerable<Section> Cut(string text, MarkRules rules, Func<AddedToken, int, int, bool> allows, bool isAtStart)
        {
            int done = 0;
            for (int from = areAllSpecial && !rules.FindsMarks ? text.Length : 0; from < text.Length;)
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
}
