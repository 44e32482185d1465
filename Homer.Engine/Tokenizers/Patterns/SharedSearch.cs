namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>
/// Searches a long text on several threads, with the matches of one. Each thread begins somewhere in the text; where the matches that come
/// from before meet one of its own, all further ones are the same, since they depend on nothing but where the search goes on.
/// </summary>
internal static class SharedSearch
{
    /// <summary>The fewest characters that are worth a thread.</summary>
    internal const int CharactersOfThread = 1 << 17;

    /// <summary>Returns all matches in a part of a text, as places in the part.</summary>
    /// <param name="finder">What is searched.</param>
    /// <param name="text">The text.</param>
    /// <param name="part">The part.</param>
    /// <param name="threads">The most threads.</param>
    /// <param name="settled">The place in the part before which matches stay as they are, however the text goes on.</param>
    /// <param name="cancellation">Stops the search soon.</param>
    internal static List<(int Begin, int Length)> Find(
        Finder finder, string text, (int Begin, int Length) part, int threads, out int settled, CancellationToken cancellation)
    {
        int count = Math.Min(threads, part.Length / CharactersOfThread);
        if (count < 2)
            return finder.Find(text.AsSpan(part.Begin, part.Length), out settled, cancellation);
        int[] places = [.. Enumerable.Range(0, count + 1).Select(i => Place(text, part, (int)((long)part.Length * i / count)))];
        places[count] = int.MaxValue;
        var found = new List<(int Begin, int Length)>[count];
        // A place of matches that others replace may be too low, which does no harm.
        int[] settledOf = new int[count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = threads };
        Parallel.For(0, count, options, i =>
        {
            found[i] = [];
            ReadOnlySpan<char> whole = text.AsSpan(part.Begin, part.Length);
            Finder.Search search = finder.Begin(places[i], cancellation);
            while (search.Next(whole) is { } match && match.Begin < places[i + 1])
                found[i].Add(match);
            settledOf[i] = search.Settled;
        });
        settled = settledOf.Min();
        for (int i = 1; i < count; i++)
        {
            int joined = Join(finder, text.AsSpan(part.Begin, part.Length), found[0], found[i], places[i + 1], cancellation);
            settled = Math.Min(settled, joined);
        }

        return found[0];
    }

    private static int Join(
        Finder finder, ReadOnlySpan<char> text, List<(int Begin, int Length)> matches, List<(int Begin, int Length)> further, int until,
        CancellationToken cancellation)
    {
        Finder.Search search = finder.Begin(matches.Count > 0 ? matches[^1] : null, cancellation);
        while (search.Next(text) is { } match && match.Begin < until)
        {
            int same = match.Length > 0 ? further.BinarySearch(match) : -1;
            if (same >= 0)
            {
                matches.AddRange(further[same..]);
                break;
            }

            matches.Add(match);
        }

        return search.Settled;
    }

    // Not between the two halves of a character.
    private static int Place(string text, (int Begin, int Length) part, int at) =>
        at > 0 && at < part.Length && char.IsLowSurrogate(text[part.Begin + at]) && char.IsHighSurrogate(text[part.Begin + at - 1])
            ? at - 1
            : at;
}
