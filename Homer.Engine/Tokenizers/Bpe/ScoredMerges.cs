using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>
/// The merges of a vocabulary that lists none: any two neighbours that are a token together merge, those of the best score first, as in
/// SentencePiece and tiktoken.
/// </summary>
internal static class ScoredMerges
{
    /// <summary>Derives the merges.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="scores">The tokens that merges make, with their scores.</param>
    /// <param name="settings">The settings; the result has the parts too.</param>
    /// <returns>The merges, and the settings with the characters that are no tokens.</returns>
    internal static (MergeTable Merges, BpeSettings Settings) Derive(
        Vocabulary vocabulary, IReadOnlyCollection<(string Text, float Score)> scores, BpeSettings settings)
    {
        Dictionary<string, int> parts = [];
        Dictionary<float, int> ranks = scores.Select(token => token.Score).Distinct().OrderDescending()
            .Index().ToDictionary(score => score.Item, score => score.Index);
        HashSet<string> merged = [.. scores.Select(token => token.Text)];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> isMerged = merged.GetAlternateLookup<ReadOnlySpan<char>>();
        List<(int Left, int Right, int Rank, int Merged)> merges = [];
        foreach ((string text, float score) in scores)
        {
            int id = vocabulary.Find(text);
            for (int at = CodePoints.Length(CodePoints.At(text, 0)); at < text.Length; at += CodePoints.Length(CodePoints.At(text, at)))
            {
                int left = Symbol(text.AsSpan(0, at)), right = Symbol(text.AsSpan(at));
                if (left >= 0 && right >= 0)
                    merges.Add((left, right, ranks[score], id));
            }
        }

        return (new(merges), settings with { Parts = parts });

        int Symbol(ReadOnlySpan<char> text)
        {
            if (isMerged.Contains(text))
                return vocabulary.Find(text);
            if (text.Length != CodePoints.Length(CodePoints.At(text, 0)))
                return -1;
            string character = text.ToString();
            if (vocabulary.Find(text) is >= 0 and var own)
                return own;
            if (!parts.TryGetValue(character, out int part))
                parts.Add(character, part = vocabulary.Size + parts.Count);
            return part;
        }
    }
}
