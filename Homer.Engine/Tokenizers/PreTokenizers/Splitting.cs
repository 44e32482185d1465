namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Cuts a word at matches.</summary>
internal static class Splitting
{
    /// <summary>Appends the parts of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="matches">The matches, as places in the word.</param>
    /// <param name="behavior">What becomes of them.</param>
    /// <param name="inverts">True if what lies between matches counts as the match.</param>
    /// <param name="parts">Receives the parts that are not empty.</param>
    internal static void Cut(
        (int Begin, int Length) word, List<(int Begin, int Length)> matches, SplitBehavior behavior, bool inverts,
        List<(int Begin, int Length)> parts)
    {
        int start = parts.Count, end = 0;
        bool wasMatch = false;
        foreach ((int begin, int length) in matches)
        {
            if (begin > end)
                Add(end, begin, inverts);
            Add(begin, begin + length, !inverts);
            end = begin + length;
        }

        if (end < word.Length)
            Add(end, word.Length, inverts);
        if (behavior == SplitBehavior.MergedWithNext)
            MergeWithNext(parts, start);
        parts.RemoveAll(start, part => part.Length <= 0);

        void Add(int from, int to, bool isMatch)
        {
            bool merges = parts.Count > start && behavior switch
            {
                SplitBehavior.Contiguous => isMatch == wasMatch,
                SplitBehavior.MergedWithPrevious => isMatch && !wasMatch,
                _ => false,
            };
            wasMatch = isMatch;
            if (behavior == SplitBehavior.Removed && isMatch)
                return;
            if (merges)
                parts[^1] = (parts[^1].Begin, word.Begin + to - parts[^1].Begin);
            // Until they are merged with the next, a match has a length below zero.
            else
                parts.Add((word.Begin + from, behavior == SplitBehavior.MergedWithNext && isMatch ? from - to - 1 : to - from));
        }
    }

    /// <summary>Returns the last place at which a text that goes on can be cut in two, so that the parts are those of the whole.</summary>
    /// <param name="matches">The matches.</param>
    /// <param name="until">The place before which matches stay as they are.</param>
    /// <param name="behavior">What becomes of them.</param>
    /// <param name="inverts">True if what lies between matches counts as the match.</param>
    internal static int Settled(List<(int Begin, int Length)> matches, int until, SplitBehavior behavior, bool inverts)
    {
        int last = matches.Count - 1;
        while (last >= 0 && matches[last].Begin + matches[last].Length > until)
            last--;
        if (behavior == SplitBehavior.Contiguous)
        {
            while (last >= 0 && matches[last].Begin == (last == 0 ? 0 : matches[last - 1].Begin + matches[last - 1].Length))
                last--;
        }

        if (last < 0)
            return 0;
        bool isBefore = behavior switch
        {
            SplitBehavior.Contiguous => true,
            SplitBehavior.MergedWithPrevious => inverts,
            SplitBehavior.MergedWithNext => !inverts,
            _ => false,
        };
        return isBefore ? matches[last].Begin : matches[last].Begin + matches[last].Length;
    }

    // From the end: a match joins what follows unless that is a match, which stays a word of its own.
    private static void MergeWithNext(List<(int Begin, int Length)> parts, int start)
    {
        List<(int Begin, int Length)> merged = [];
        bool wasMatch = false;
        for (int i = parts.Count - 1; i >= start; i--)
        {
            bool isMatch = parts[i].Length < 0;
            int begin = parts[i].Begin, length = isMatch ? -parts[i].Length - 1 : parts[i].Length;
            if (isMatch && !wasMatch && merged.Count > 0)
                merged[^1] = (begin, merged[^1].Begin + merged[^1].Length - begin);
            else
                merged.Add((begin, length));
            wasMatch = isMatch;
        }

        merged.Reverse();
        parts.RemoveRange(start, parts.Count - start);
        parts.AddRange(merged);
    }

    private static void RemoveAll(this List<(int Begin, int Length)> parts, int start, Predicate<(int Begin, int Length)> test)
    {
        int count = start;
        for (int i = start; i < parts.Count; i++)
        {
            if (!test(parts[i]))
                parts[count++] = parts[i];
        }

        parts.RemoveRange(count, parts.Count - count);
    }
}
