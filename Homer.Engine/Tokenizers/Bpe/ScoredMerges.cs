using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>
/// The merges of a vocabulary that lists none: any two neighbours that are a token together merge, those of the best score first, as in
/// SentencePiece and tiktoken.
/// </summary>
internal sealed class ScoredMerges
{
    private readonly Vocabulary vocabulary;
    private readonly IReadOnlyCollection<(string Text, float Score)> scores;
    private readonly Dictionary<string, int> parts = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> isMerged;
    private readonly Dictionary<float, int> ranks;

    /// <summary>Derives the merges.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="scores">The tokens that merges make, with their scores.</param>
    internal ScoredMerges(Vocabulary vocabulary, IReadOnlyCollection<(string Text, float Score)> scores)
    {
        (this.vocabulary, this.scores) = (vocabulary, scores);
        ranks = scores.Select(token => token.Score).Distinct().OrderDescending()
            .Index().ToDictionary(score => score.Item, score => score.Index);
        HashSet<string> merged = [.. scores.Select(token => token.Text)];
        isMerged = merged.GetAlternateLookup<ReadOnlySpan<char>>();
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

        Table = new(merges);
    }

    /// <summary>The merges; those of equal scores have the same rank.</summary>
    internal MergeTable Table { get; }

    /// <summary>The characters that tokens begin with or end in and that are no tokens, with ids beyond those of the vocabulary.</summary>
    internal IReadOnlyDictionary<string, int> Parts => parts;

    /// <summary>
    /// Lists the merges in an order, each with a rank of its own, that gives every text the same tokens. Of the ways to make a token only
    /// that one counts by which the token itself is made: no other two neighbours that form it ever arise, since what happens within them
    /// does not depend on what is around. Merges of equal score go from left to right in a text, so one that ends in what another begins
    /// with comes before it.
    /// </summary>
    /// <returns>The merges; null where no order does.</returns>
    internal IReadOnlyList<(int Left, int Right)>? InOrder()
    {
        List<(int Left, int Right, int Rank, int Merged)> live = [];
        Dictionary<int, int> rankOf = [];
        var merger = new Merger(Table, CancellationToken.None);
        List<int> symbols = [];
        foreach ((string text, float score) in scores)
        {
            int id = vocabulary.Find(text);
            symbols.Clear();
            for (int at = 0, length; at < text.Length; at += length)
            {
                length = CodePoints.Length(CodePoints.At(text, at));
                symbols.Add(Symbol(text.AsSpan(at, length)));
            }

            if (symbols.Count < 2)
                continue;
            rankOf[id] = ranks[score];
            merger.Merge(symbols);
            if (symbols is [var whole] && whole == id)
                live.Add((merger.Last.Left, merger.Last.Right, ranks[score], id));
        }

        // Of two tokens of the same text it is not said which score counts.
        if (live.DistinctBy(merge => (merge.Left, merge.Right)).Count() < live.Count)
            return null;
        IGrouping<int, (int Left, int Right, int Rank, int Merged)>[] levels = [.. live.GroupBy(merge => merge.Rank).OrderBy(g => g.Key)];
        HashSet<int> tied = [.. levels.Where(level => level.Count() > 1).Select(level => level.Key)];
        HashSet<int> runs =
        [
            .. levels.Where(level => IsRun([.. level.Select(merge => vocabulary.TextOf(merge.Merged)!)])).Select(level => level.Key),
        ];
        foreach ((int left, int right, int rank, _) in live)
        {
            if (left >= vocabulary.Size || right >= vocabulary.Size || Interrupts(left, rank) || Interrupts(right, rank))
                return null;
        }

        List<(int Left, int Right)> ordered = new(live.Count);
        foreach (IGrouping<int, (int Left, int Right, int Rank, int Merged)> level in levels)
        {
            // A run grows at one place as far as it goes before it begins at the next.
            List<(int Left, int Right)>? sorted = runs.Contains(level.Key)
                ? [.. level.OrderByDescending(merge => vocabulary.TextOf(merge.Merged)!.Length).Select(merge => (merge.Left, merge.Right))]
                : Sorted([.. level.Select(merge => (merge.Left, merge.Right))]);
            if (sorted is null)
                return null;
            ordered.AddRange(sorted);
        }

        return ordered;

        // Among merges of equal score, none may make way for a better one before all are done.
        bool Interrupts(int part, int rank) => rankOf.TryGetValue(part, out int own) && tied.Contains(own)
            && (own > rank || (own == rank && !runs.Contains(own)));
    }

    /// <summary>
    /// Returns whether tokens are one character twice, three times and so on, as vocabularies have runs of spaces of all lengths.
    /// </summary>
    private static bool IsRun(string[] texts) =>
        texts.Length > 1 && texts.Select(text => text.Length).Order().SequenceEqual(Enumerable.Range(2, texts.Length))
        && Array.TrueForAll(texts, text => text.AsSpan().IndexOfAnyExcept(texts[0][0]) < 0);

    // Symbols are sorted so that each merge leads from an earlier one to a later one, those of a symbol with itself aside.
    private static List<(int Left, int Right)>? Sorted(List<(int Left, int Right)> merges)
    {
        if (merges.Count == 1)
            return merges;
        ILookup<int, (int Left, int Right)> from = merges.ToLookup(merge => merge.Left);
        Dictionary<int, int> waiting = [];
        foreach ((int left, int right) in merges)
        {
            waiting.TryAdd(left, 0);
            if (left != right)
                waiting[right] = waiting.GetValueOrDefault(right) + 1;
        }

        var ready = new Queue<int>(waiting.Where(symbol => symbol.Value == 0).Select(symbol => symbol.Key));
        List<(int Left, int Right)> sorted = new(merges.Count);
        while (ready.TryDequeue(out int symbol))
        {
            foreach ((int Left, int Right) merge in from[symbol].OrderBy(merge => merge.Left == merge.Right ? 0 : 1))
            {
                sorted.Add(merge);
                if (merge.Left != merge.Right && --waiting[merge.Right] == 0)
                    ready.Enqueue(merge.Right);
            }
        }

        return sorted.Count == merges.Count ? sorted : null;
    }

    private int Symbol(ReadOnlySpan<char> text)
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
