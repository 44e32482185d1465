using Homer.Engine.Tokenizers.Normalizers;

namespace Homer.Engine.Tokenizers.Added;

/// <summary>The added tokens of a tokenizer: cuts texts at them.</summary>
internal sealed class AddedVocabulary
{
    private readonly INormalizer? normalizer;
    private readonly AddedFinder raw;
    private readonly AddedFinder normalized;
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

    /// <summary>Finds the tokens that are searched in the text.</summary>
    internal AddedFinder Raw => raw;

    /// <summary>Finds the tokens that are searched in the normalized text.</summary>
    internal AddedFinder Normalized => normalized;

    /// <summary>Rewrites what lies between tokens; null where nothing does.</summary>
    internal INormalizer? Normalizer => normalizer;

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
}
