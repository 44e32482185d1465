namespace Homer.Training.Tokenization;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909) on words, as in SentencePiece: a word begins with the sign for a space
/// (U+2581), and the most frequent pair of adjacent pieces becomes a piece until there are enough. Digits are not merged, and letters only
/// with letters.
/// </summary>
internal static class BytePairTrainer
{
    private const char Space = '\u2581';

    /// <summary>Learns the pieces.</summary>
    /// <param name="words">The words, without the space before them, and their frequencies.</param>
    /// <param name="count">The number of pieces, single characters included.</param>
    /// <returns>The merged pieces in the order in which they were merged, then single characters by falling frequency.</returns>
    public static IReadOnlyList<string> Train(IReadOnlyDictionary<string, long> words, int count)
    {
        (List<string> Parts, long Count)[] split =
            [.. words.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => (Split(Space + word.Key), word.Value))];
        Dictionary<string, long> characters = [];
        foreach ((List<string> parts, long times) in split)
        {
            foreach (string part in parts)
                characters[part] = characters.GetValueOrDefault(part) + times;
        }

        List<string> merges = [];
        HashSet<string> known = [.. characters.Keys];
        while (merges.Count < count - characters.Count && MostFrequentPair(split) is { } pair)
        {
            if (known.Add(pair.Left + pair.Right))
                merges.Add(pair.Left + pair.Right);
            foreach ((List<string> parts, _) in split)
                Merge(parts, pair);
        }

        return [.. merges, .. characters.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key)];
    }

    private static List<string> Split(string word) => [.. word.EnumerateRunes().Select(rune => rune.ToString())];

    /// <summary>Returns the most frequent pair; of equally frequent ones the shorter, then the first in the order of code points.</summary>
    private static (string Left, string Right)? MostFrequentPair((List<string> Parts, long Count)[] words)
    {
        Dictionary<(string Left, string Right), long> pairs = [];
        foreach ((List<string> parts, long times) in words)
        {
            for (int i = 1; i < parts.Count; i++)
            {
                (string, string) pair = (parts[i - 1], parts[i]);
                if (MayMerge(parts[i - 1], parts[i]))
                    pairs[pair] = pairs.GetValueOrDefault(pair) + times;
            }
        }

        return pairs.Count == 0
            ? null
            : pairs.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Left.Length + pair.Key.Right.Length)
                .ThenBy(pair => pair.Key.Left + pair.Key.Right, StringComparer.Ordinal).First().Key;
    }

    private static void Merge(List<string> parts, (string Left, string Right) pair)
    {
        for (int i = 1; i < parts.Count; i++)
        {
            if (parts[i - 1] != pair.Left || parts[i] != pair.Right)
                continue;
            parts[i - 1] += parts[i];
            parts.RemoveAt(i);
        }
    }

    private static bool MayMerge(string left, string right) =>
        !left.Any(char.IsDigit) && !right.Any(char.IsDigit) && (left.All(c => c == Space) || IsLetters(left) == IsLetters(right));

    private static bool IsLetters(string part) => char.IsLetter(part[^1]);
}
