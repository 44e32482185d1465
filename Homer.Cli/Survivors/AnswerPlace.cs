using System.Text.RegularExpressions;

namespace Homer.Cli.Survivors;

/// <summary>
/// Finds where in a document an answer comes from: where most of its words were kept close together. Words that are rare in the document
/// count more, as the logarithm of how rare they are, since all passages share the common ones.
/// </summary>
internal static partial class AnswerPlace
{
    // Tokens that a sentence or two have.
    private const int Span = 40;

    /// <summary>Finds the place.</summary>
    /// <param name="answer">The answer; null if there is none.</param>
    /// <param name="text">The document's text.</param>
    /// <param name="lengths">The UTF-16 code units of each token's text.</param>
    /// <param name="isKept">Whether each token was kept.</param>
    /// <returns>
    /// The token at which the rarest word of the place begins; the first kept token where no word of the answer was kept; null where
    /// nothing was kept.
    /// </returns>
    public static int? Find(string? answer, string text, IReadOnlyList<int> lengths, IReadOnlyList<bool> isKept)
    {
        Occurrence[] found = Occurrences(answer ?? "", text, lengths, isKept);
        return found.Length > 0 ? Rarest(BestSpan(found)).Token : FirstOf(isKept);
    }

    private static int? FirstOf(IReadOnlyList<bool> isKept)
    {
        for (int token = 0; token < isKept.Count; token++)
        {
            if (isKept[token])
                return token;
        }

        return null;
    }

    /// <summary>Returns the places where a word of the answer stands of which a token was kept, in the order of the document.</summary>
    private static Occurrence[] Occurrences(string answer, string text, IReadOnlyList<int> lengths, IReadOnlyList<bool> isKept)
    {
        var counts = Words().Matches(answer).Select(word => word.Value).Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(word => word, _ => 0, StringComparer.OrdinalIgnoreCase);
        if (counts.Count == 0)
            return [];
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> known = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        int[] starts = Starts(lengths);
        List<(string Word, int Token)> places = [];
        foreach (ValueMatch match in Words().EnumerateMatches(text))
        {
            if (!known.TryGetValue(text.AsSpan(match.Index, match.Length), out string? word, out _))
                continue;
            counts[word]++;
            int first = TokenAt(starts, match.Index), last = TokenAt(starts, match.Index + match.Length - 1);
            if (Enumerable.Range(first, last - first + 1).Any(token => isKept[token]))
                places.Add((word, first));
        }

        return [.. places.Select(place => new Occurrence(place.Word, place.Token, Weight(place.Word)))];

        double Weight(string word) => Math.Log(1 + ((double)text.Length / counts[word]));
    }

    /// <summary>Returns the occurrences within <see cref="Span"/> tokens whose different words weigh most; the first of equals.</summary>
    private static ReadOnlySpan<Occurrence> BestSpan(Occurrence[] found)
    {
        var inside = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        double weight = 0, best = 0;
        Range span = ..0;
        int left = 0;
        for (int right = 0; right < found.Length; right++)
        {
            inside[found[right].Word] = inside.GetValueOrDefault(found[right].Word) + 1;
            weight += inside[found[right].Word] == 1 ? found[right].Weight : 0;
            for (; found[right].Token - found[left].Token > Span; left++)
                weight -= --inside[found[left].Word] == 0 ? found[left].Weight : 0;
            // Sums of the same weights in another order differ in their last digits.
            if (weight > best + 1e-9)
                (best, span) = (weight, left..(right + 1));
        }

        return found.AsSpan(span);
    }

    private static Occurrence Rarest(ReadOnlySpan<Occurrence> span)
    {
        Occurrence rarest = span[0];
        foreach (Occurrence occurrence in span)
            rarest = occurrence.Weight > rarest.Weight ? occurrence : rarest;
        return rarest;
    }

    private static int[] Starts(IReadOnlyList<int> lengths)
    {
        var starts = new int[lengths.Count];
        for (int token = 1; token < starts.Length; token++)
            starts[token] = starts[token - 1] + lengths[token - 1];
        return starts;
    }

    // Of tokens that begin at the same character, the last has its text.
    private static int TokenAt(int[] starts, int character)
    {
        int token = Array.BinarySearch(starts, character);
        if (token < 0)
            return ~token - 1;
        while (token + 1 < starts.Length && starts[token + 1] == character)
            token++;
        return token;
    }

    // Scripts without capital letters may put no blanks between words: there each letter is one.
    [GeneratedRegex(@"\p{Lo}|[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{M}\p{N}]+")]
    private static partial Regex Words();

    /// <summary>A word of the answer in the document.</summary>
    /// <param name="Word">The word.</param>
    /// <param name="Token">The token at which it begins.</param>
    /// <param name="Weight">How rare the word is in the document.</param>
    private readonly record struct Occurrence(string Word, int Token, double Weight);
}
