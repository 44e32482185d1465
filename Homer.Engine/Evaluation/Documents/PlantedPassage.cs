using System.Text;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// Passages of a text with sentences planted in them. The tokens of each sentence are counted once, so that cutting a passage is quick.
/// </summary>
/// <param name="source">The text.</param>
/// <param name="encode">Encodes a text.</param>
internal sealed class PlantedPassage(SourceText source, Func<string, int[]> encode)
{
    // The tokens of a passage are a few more or less than those of its sentences.
    private const double Surplus = 1.1;

    private readonly Lazy<long[]> starts = new(() => Starts(source, encode));

    /// <summary>Cuts a passage at a random place and plants sentences between its sentences.</summary>
    /// <param name="random">Chooses the place.</param>
    /// <param name="length">The length in tokens, with what is planted; at least as long.</param>
    /// <param name="planted">
    /// The sentences to plant, each at its depth, where 0 is the beginning of the passage and 1 the end, and with the part of it that is to
    /// be found.
    /// </param>
    /// <returns>The tokens, and for each planted sentence the range of those of its part.</returns>
    /// <exception cref="HomerException">The text is shorter.</exception>
    public (int[] Tokens, IReadOnlyList<Range> Parts) Cut(
        Random random, int length, IReadOnlyList<(double Depth, string Sentence, string Part)> planted)
    {
        long[] starts = this.starts.Value;
        int own = planted.Sum(one => encode(" " + one.Sentence).Length), rest = length - own;
        if (starts[^1] < rest)
        {
            throw new HomerException(
                $"{Quoted.Text(source.Name)} has {starts[^1]:N0} tokens, too few for a passage of {length:N0}; give a longer text, or "
                + "shorter --lengths.");
        }

        int last = starts.Index().Last(start => starts[^1] - start.Item >= rest).Index;
        int first = random.Next(last + 1);
        for (double scale = 1; ; scale *= Surplus)
        {
            (string text, IReadOnlyList<Range> parts) = Compose(first, rest / scale, planted);
            int[] tokens = encode(text);
            // A word's token begins with the space before it.
            Range[] found = [.. parts.Select(part => encode(text[..part.Start].TrimEnd()).Length..encode(text[..part.End]).Length)];
            // A tokenizer that makes more of a passage than of its sentences has pushed a planted sentence out.
            if (found.All(part => part.End.Value <= Math.Min(length, tokens.Length)) || rest / scale < 1)
                return (tokens[..Math.Min(length, tokens.Length)], found);
        }
    }

    /// <summary>Cuts a passage at a random place, of which there can be versions with sentences planted in place of its own.</summary>
    /// <param name="random">Chooses the place.</param>
    /// <param name="length">The length in tokens.</param>
    /// <exception cref="HomerException">The text is shorter.</exception>
    public PassageVersions Versions(Random random, int length) => PassageVersions.Cut(random, source, encode, starts.Value, length);

    /// <summary>Writes a passage that is longer than is asked, with the sentences planted within the length that is asked.</summary>
    private (string Text, IReadOnlyList<Range> Parts) Compose(
        int first, double length, IReadOnlyList<(double Depth, string Sentence, string Part)> planted)
    {
        long[] starts = this.starts.Value;
        double begin = starts[first];
        // The boundaries between sentences that lie within the length.
        int within = first;
        while (within + 1 < starts.Length && starts[within + 1] - begin <= length)
            within++;
        int[] places = [.. planted.Select(one => Nearest(starts, first, within, begin + (one.Depth * (starts[within] - begin))))];
        var text = new StringBuilder();
        var parts = new Range[planted.Count];
        for (int sentence = first; sentence < starts.Length; sentence++)
        {
            foreach ((int i, (double Depth, string Sentence, string Part) one) in planted.Index())
            {
                if (places[i] != sentence)
                    continue;
                if (text.Length > 0 && !char.IsWhiteSpace(text[^1]))
                    text.Append(' ');
                int start = text.Length + one.Sentence.IndexOf(one.Part, StringComparison.Ordinal);
                parts[i] = start..(start + one.Part.Length);
                text.Append(one.Sentence).Append(' ');
            }

            if (sentence == starts.Length - 1 || starts[sentence] - begin > length * Surplus * Surplus)
                break;
            string next = source.AllSentences[sentence];
            text.Append(sentence == first ? next.TrimStart() : next);
        }

        return (text.ToString(), parts);
    }

    private static int Nearest(long[] starts, int first, int last, double at)
    {
        int found = first;
        while (found < last && Math.Abs(starts[found + 1] - at) <= Math.Abs(starts[found] - at))
            found++;
        return found;
    }

    /// <summary>Returns where each sentence starts in tokens, and at last where the text ends.</summary>
    private static long[] Starts(SourceText source, Func<string, int[]> encode)
    {
        long[] starts = new long[source.AllSentences.Count + 1];
        foreach ((int i, string sentence) in source.AllSentences.Index())
            starts[i + 1] = starts[i] + encode(sentence).Length;
        return starts;
    }
}
