using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>Finds a text or the matches of a pattern, one after the other.</summary>
internal sealed class Finder
{
    private const int MatchesBetweenChecks = 1 << 14;

    private readonly Pattern? pattern;

    /// <summary>Creates a finder of a text.</summary>
    internal Finder(string literal) => Literal = literal;

    /// <summary>Creates a finder of a pattern.</summary>
    internal Finder(Pattern pattern) => this.pattern = pattern;

    /// <summary>The text; null for a pattern.</summary>
    internal string? Literal { get; }

    /// <summary>
    /// Whether a search that begins where a match ends finds what one finds that goes on there: the pattern does not look behind, and no
    /// match is empty.
    /// </summary>
    internal bool CanBeginAnywhere => pattern is null || (pattern is { First: not null, LooksBehind: false });

    /// <summary>Returns all matches, in order and apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellation">Stops the search soon.</param>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    internal List<(int Begin, int Length)> Find(ReadOnlySpan<char> text, CancellationToken cancellation = default) =>
        Find(text, out _, cancellation);

    /// <summary>Returns all matches, in order and apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="settled">The place before which matches stay as they are, however the text goes on.</param>
    /// <param name="cancellation">Stops the search soon.</param>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    internal List<(int Begin, int Length)> Find(ReadOnlySpan<char> text, out int settled, CancellationToken cancellation)
    {
        List<(int Begin, int Length)> matches = [];
        Search search = Begin(0, cancellation);
        while (search.Next(text) is { } match)
            matches.Add(match);
        settled = search.Settled;
        return matches;
    }

    /// <summary>Begins a search at a place.</summary>
    internal Search Begin(int at, CancellationToken cancellation) => new(this, at, -1, cancellation);

    /// <summary>Begins a search after a match; at the beginning where there is none.</summary>
    internal Search Begin((int Begin, int Length)? after, CancellationToken cancellation)
    {
        int at = after is { } match ? match.Begin + match.Length : 0;
        return new(this, at, after is null ? -1 : at, cancellation);
    }

    /// <summary>A search in a text, which one thread goes through.</summary>
    internal sealed class Search(Finder finder, int from, int lastEnd, CancellationToken cancellation)
    {
        private readonly PatternMatcher? matcher = finder.pattern?.CreateMatcher();
        private int at = from;
        private int end = lastEnd;
        private int count;

        /// <summary>The place before which matches stay as they are, however the text goes on.</summary>
        internal int Settled { get; private set; } = int.MaxValue;

        /// <summary>Returns the next match; null where there is none.</summary>
        /// <param name="text">The text, the same at every call.</param>
        internal (int Begin, int Length)? Next(ReadOnlySpan<char> text)
        {
            if (++count % MatchesBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            while (at <= text.Length)
            {
                (int begin, int length) = matcher?.Find(text, at) ?? FindLiteral(text);
                if (matcher?.TouchesEnd ?? length < 0)
                    Settled = Math.Min(Settled, at);
                if (length < 0)
                    break;
                if (length == 0 && begin == end)
                {
                    // An empty match right after a match does not count.
                    at = begin + CodePoints.Length(CodePoints.At(text, begin));
                    continue;
                }

                at = end = begin + length;
                return (begin, length);
            }

            at = text.Length + 1;
            return null;
        }

        private (int Begin, int Length) FindLiteral(ReadOnlySpan<char> text)
        {
            int found = finder.Literal!.Length == 0 ? -1 : text[at..].IndexOf(finder.Literal, StringComparison.Ordinal);
            return found < 0 ? (0, -1) : (at + found, finder.Literal.Length);
        }
    }
}
