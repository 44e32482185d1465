using System.Text;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// A passage of a text in versions that differ in planted sentences alone. Each stands in place of sentences of as many tokens, so that
/// all other tokens keep their places, and what was kept of one version serves the others.
/// </summary>
internal sealed class PassageVersions
{
    // The sentences that may give way to a planted one, and how far around its depth a place is looked for.
    private const int MostSentences = 8;
    private const int Reach = 100;

    // The share of the passage by which a sentence may miss its depth.
    private const double Stray = 0.04;
    private const int StrayTokens = 200;

    // The share of the passage, at its end, in which nothing is planted.
    private const double LeftAtTheEnd = 0.02;

    // The sentences around an exchanged one whose tokens are compared.
    private const int Around = 2;

    // The tokens by which a passage is longer than is asked, before it is cut.
    private const int Margin = 64;
    private const double Growth = 1.02;

    private readonly Func<string, int[]> encode;
    private readonly string[] sentences;
    private readonly long[] starts;
    private readonly int length;

    // The tokens of the passage for one of its sentences.
    private readonly double scale;

    private PassageVersions(Func<string, int[]> encode, string[] sentences, long[] starts, int length, double scale)
    {
        this.scale = scale;
        this.encode = encode;
        this.sentences = sentences;
        this.starts = starts;
        this.length = length;
    }

    /// <summary>Cuts a passage at a random place.</summary>
    /// <param name="random">Chooses the place.</param>
    /// <param name="source">The text.</param>
    /// <param name="encode">Encodes a text.</param>
    /// <param name="starts">Where each sentence of the text starts in tokens, and at last where the text ends.</param>
    /// <param name="length">The length of the passage in tokens.</param>
    /// <exception cref="HomerException">The text is shorter.</exception>
    public static PassageVersions Cut(Random random, SourceText source, Func<string, int[]> encode, long[] starts, int length)
    {
        IReadOnlyList<string> all = source.AllSentences;
        if (starts[^1] < length)
            throw Short();
        // Behind the end comes the beginning: so a passage is the beginning of every longer one from the same place.
        int first = random.Next(all.Count);
        List<string> own = [];
        List<long> begins = [0];
        for (double wanted = length + Margin; ; wanted *= Growth)
        {
            while (own.Count < all.Count && begins[^1] < wanted)
            {
                int next = (first + own.Count) % all.Count;
                begins.Add(begins[^1] + starts[next + 1] - starts[next]);
                own.Add(own.Count == 0 ? all[next].TrimStart() : all[next]);
            }

            // A passage has fewer tokens than its sentences, which all end in a space.
            int tokens = encode(string.Concat(own)).Length;
            if (tokens >= length + Margin || (own.Count == all.Count && tokens >= length))
                return new(encode, [.. own], [.. begins], length, (double)tokens / begins[^1]);
            if (own.Count == all.Count)
                throw Short();
        }

        HomerException Short() => new(
            $"{Quoted.Text(source.Name)} has {starts[^1]:N0} tokens, too few for a passage of {length:N0}; give a longer text, or "
            + "shorter --lengths.");
    }

    /// <summary>Returns a version.</summary>
    /// <param name="planted">
    /// The sentences to plant, each near its depth, where 0 is the beginning of the passage and 1 the end, and with the part of it that is
    /// to be found.
    /// </param>
    /// <returns>The tokens, and for each planted sentence the range of those of its part.</returns>
    /// <exception cref="HomerException">A sentence finds no place within the length.</exception>
    public (int[] Tokens, IReadOnlyList<Range> Parts) Plant(IReadOnlyList<(double Depth, string Sentence, string Part)> planted)
    {
        // What stands in place of a sentence: "" where it gave way, null where it stays.
        string?[] instead = new string?[sentences.Length];
        // Where no sentences of as many tokens give way, what is planted makes the passage longer; it must not be cut off at the end.
        int[] tokensOf = [.. planted.Select(one => encode(one.Sentence + " ").Length)];
        double room = Math.Max(length * LeftAtTheEnd, tokensOf.Sum()), pending = tokensOf.Sum();
        var places = new int[planted.Count];
        int after = 0;
        // In the order of their depths, which stays: what is said later may be what counts.
        foreach ((int i, (double depth, string sentence, _)) in planted.Index().OrderBy(one => one.Item.Depth))
        {
            // Behind this one there is room for those that follow.
            pending -= tokensOf[i];
            double end = Math.Max(0, length - room - (2 * pending));
            int within = starts.Index().Last(start => start.Item * scale <= end).Index;
            (int first, int count, string text) = Place(depth, sentence + " ", after, within);
            (places[i], instead[first]) = (first, text);
            for (int other = 1; other < count; other++)
                instead[first + other] = "";
            after = first + count;
        }

        var written = new StringBuilder();
        var begins = new int[sentences.Length];
        for (int i = 0; i < sentences.Length; i++)
        {
            if (instead[i] is { Length: > 0 } && written.Length > 0 && !char.IsWhiteSpace(written[^1]))
                written.Append(' ');
            begins[i] = written.Length;
            written.Append(instead[i] ?? sentences[i]);
        }

        string whole = written.ToString();
        int[] tokens = encode(whole);
        var parts = new Range[planted.Count];
        foreach ((int i, (_, string sentence, string part)) in planted.Index())
        {
            int start = begins[places[i]] + sentence.IndexOf(part, StringComparison.Ordinal);
            // A word's token begins with the space before it.
            parts[i] = encode(whole[..start].TrimEnd()).Length..encode(whole[..(start + part.Length)]).Length;
        }

        if (tokens.Length < length || parts.Any(part => part.End.Value > length))
            throw new HomerException("The planted sentences find no place in the passage; give longer --lengths, or a text in sentences.");
        return (tokens[..length], parts);
    }

    /// <summary>
    /// Finds sentences near a depth that have as many tokens as another; or, where none have, longer ones of which the last words stay.
    /// </summary>
    /// <returns>The first sentence that gives way, the number of them, and what stands in their place.</returns>
    private (int First, int Count, string Text) Place(double depth, string sentence, int after, int within)
    {
        int tokens = encode(sentence).Length, middle = Math.Min(after, within - 1);
        while (middle + 1 < within && starts[middle + 1] <= depth * starts[within])
            middle++;
        foreach (int first in Near(middle, after, within))
        {
            for (int count = 1; count <= MostSentences && first + count <= within; count++)
            {
                // The space after a sentence is a token only where nothing follows.
                long more = starts[first + count] - starts[first] - tokens;
                if (more > count)
                    break;
                if (more >= -1 && Suits(first, count, sentence))
                    return (first, count, sentence);
            }
        }

        foreach (int first in Near(middle, after, within))
        {
            for (int count = 1; count <= MostSentences && first + count <= within; count++)
            {
                if (starts[first + count] - starts[first] <= tokens)
                    continue;
                string last = sentences[first + count - 1];
                for (int word = last.LastIndexOf(' ', last.Length - 2); word > 0; word = last.LastIndexOf(' ', word - 1))
                {
                    if (Suits(first, count, sentence + last[(word + 1)..]))
                        return (first, count, sentence + last[(word + 1)..]);
                }

                break;
            }
        }

        return middle >= after
            ? (middle, 1, sentence)
            : throw new HomerException("A planted sentence finds no place in the passage; give longer --lengths, or a text in sentences.");
    }

    /// <summary>Returns the sentences near one, the nearest first.</summary>
    private IEnumerable<int> Near(int middle, int after, int within)
    {
        for (int distance = 0; distance <= Reach; distance++)
        {
            foreach (int first in distance == 0 ? [middle] : new[] { middle + distance, middle - distance })
            {
                double stray = Math.Max(StrayTokens, Stray * starts[within]);
                if (first >= after && first < within && Math.Abs(starts[first] - starts[middle]) <= stray)
                    yield return first;
            }
        }
    }

    /// <summary>Returns whether the tokens around stay the same.</summary>
    private bool Suits(int first, int count, string sentence)
    {
        int begin = Math.Max(0, first - Around), end = Math.Min(sentences.Length, first + count + Around);
        string before = string.Concat(sentences[begin..first]), after = string.Concat(sentences[(first + count)..end]);
        if (before.Length > 0 && !char.IsWhiteSpace(before[^1]))
            return false;
        int[] old = encode(before + string.Concat(sentences[first..(first + count)]) + after), changed = encode(before + sentence + after);
        int last = encode(after).Length;
        return old.Length == changed.Length && (last < 2 || old.AsSpan(^(last - 1)..).SequenceEqual(changed.AsSpan(^(last - 1)..)));
    }
}
