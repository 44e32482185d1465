using Homer.Engine.Tokenizers;

namespace Homer.Engine.Passages;

/// <summary>The sentences of a document with the tokens that stand in them, from which passages are quoted.</summary>
public sealed class PassageIndex
{
    /// <summary>The number of passages by each kind of score that may answer a question.</summary>
    internal const int MostCandidates = 3;

    private readonly ITextDocument document;
    private readonly TextPlaces places;
    private readonly int[] sentences;
    private readonly int[] sentenceOf;

    /// <summary>Finds the sentences and places of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="tokenizer">The tokenizer that encoded it.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    public PassageIndex(ITextDocument document, ITokenizer tokenizer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(tokenizer);
        this.document = document;
        places = new(document.Text);
        sentences = Sentences.Starts(document.Text, byLines: true);
        var tokens = TokenPlaces.Of(tokenizer, document.Ids, document.Text, cancellation);
        sentenceOf = new int[tokens.Count];
        for (int token = 0, sentence = 0; token < tokens.Count; token++)
        {
            // A word's token begins with the space before it, which belongs to the sentence before.
            int last = Math.Max(tokens.StartOf(token), tokens.EndOf(token) - 1);
            while (sentence + 1 < sentences.Length && sentences[sentence + 1] <= last)
                sentence++;
            sentenceOf[token] = sentence;
        }
    }

    /// <summary>Ranks the sentences by the highest score of their tokens.</summary>
    /// <param name="scores">The score of each token of the document.</param>
    /// <param name="count">The most passages.</param>
    /// <param name="least">The least score of a passage.</param>
    /// <returns>The passages, the best first; of equal ones the earlier comes first.</returns>
    public IReadOnlyList<Passage> ByHighest(
        ReadOnlySpan<float> scores, int count, double least = double.NegativeInfinity)
    {
        var best = new Dictionary<int, double>();
        for (int token = 0; token < scores.Length; token++)
        {
            if (scores[token] >= least && scores[token] > best.GetValueOrDefault(sentenceOf[token], double.NegativeInfinity))
                best[sentenceOf[token]] = scores[token];
        }

        return Ranked(best, count);
    }

    /// <summary>Ranks the sentences by the sum of their tokens' scores; those without any are left out.</summary>
    /// <inheritdoc cref="ByHighest"/>
    public IReadOnlyList<Passage> BySum(ReadOnlySpan<float> scores, int count)
    {
        var sums = new Dictionary<int, double>();
        for (int token = 0; token < scores.Length; token++)
        {
            if (scores[token] > 0)
                sums[sentenceOf[token]] = sums.GetValueOrDefault(sentenceOf[token]) + scores[token];
        }

        return Ranked(sums, count);
    }

    /// <summary>Returns the passages that may answer a question: a few of the best by each of the scores, where there are such.</summary>
    /// <param name="attention">The attention that each token gets from the answer; null for none.</param>
    /// <param name="scores">How much the question looks for each token; null for none.</param>
    internal IEnumerable<Passage> Candidates(float[]? attention, float[]? scores) =>
        (attention is null ? [] : BySum(attention, MostCandidates)).Concat(scores is null ? [] : ByHighest(scores, MostCandidates));

    private IReadOnlyList<Passage> Ranked(Dictionary<int, double> scores, int count) =>
    [
        .. scores.Where(one => !Span(one.Key).IsEmpty).OrderByDescending(one => one.Value).ThenBy(one => one.Key).Take(count)
            .Select(one => Quote(one.Key, one.Value)),
    ];

    private ReadOnlySpan<char> Span(int sentence)
    {
        if (sentences.Length == 0)
            return [];
        int start = sentences[sentence], end = sentence + 1 < sentences.Length ? sentences[sentence + 1] : document.Text.Length;
        return document.Text.AsSpan(start, end - start).Trim();
    }

    private Passage Quote(int sentence, double score)
    {
        ReadOnlySpan<char> span = Span(sentence);
        int start = sentences[sentence];
        while (char.IsWhiteSpace(document.Text[start]))
            start++;
        return new(
            document.Path, places.LineOf(start), places.ByteOf(start), places.ByteOf(start + span.Length), span.ToString(), score)
        {
            Tokens = FirstTokenFrom(sentence)..FirstTokenFrom(sentence + 1),
            Source = document,
        };
    }

    /// <summary>Returns the first token that stands in a sentence or a later one.</summary>
    private int FirstTokenFrom(int sentence)
    {
        int low = 0, high = sentenceOf.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sentenceOf[middle] < sentence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
