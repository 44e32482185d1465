using System.Runtime.InteropServices;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>
/// Merges the symbols of a word (Sennrich et al., https://arxiv.org/abs/1508.07909): of all neighbours that form a token, those of the
/// lowest rank, and of these the leftmost, until there are none. A queue makes it n log n for words of any length.
/// </summary>
internal sealed class Merger(MergeTable merges, CancellationToken cancellation)
{
    // Up to this length looking through all neighbours is faster than a queue.
    private const int ShortWord = 48;

    private const int MergesBetweenChecks = 1 << 14;
    private const int None = -1;

    private readonly List<int> ids = [];
    private readonly PlaceQueue queue = new();
    private int[] next = [];
    private int[] previous = [];
    private int[] ranks = [];

    /// <summary>The two that were merged last.</summary>
    internal (int Left, int Right) Last { get; private set; }

    /// <summary>Merges symbols in place, and leaves the tokens.</summary>
    internal void Merge(List<int> symbols)
    {
        if (symbols.Count <= ShortWord)
            MergeShort(symbols);
        else
            MergeLong(symbols);
    }

    private void MergeShort(List<int> symbols)
    {
        Span<int> ids = CollectionsMarshal.AsSpan(symbols);
        Span<int> ranks = stackalloc int[ShortWord];
        int count = ids.Length;
        for (int i = 0; i + 1 < count; i++)
            ranks[i] = Rank(ids[i], ids[i + 1]);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i + 1 < count; i++)
            {
                if (ranks[i] < ranks[best])
                    best = i;
            }

            if (ranks[best] == int.MaxValue)
                break;
            Last = (ids[best], ids[best + 1]);
            ids[best] = merges[ids[best], ids[best + 1]].Merged;
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            if (best + 2 < count)
                ranks[(best + 2)..(count - 1)].CopyTo(ranks[(best + 1)..]);
            count--;
            if (best > 0)
                ranks[best - 1] = Rank(ids[best - 1], ids[best]);
            if (best + 1 < count)
                ranks[best] = Rank(ids[best], ids[best + 1]);
        }

        symbols.RemoveRange(count, symbols.Count - count);
    }

    private int Rank(int left, int right) => merges[left, right].Rank is >= 0 and var rank ? rank : int.MaxValue;

    private void MergeLong(List<int> symbols)
    {
        int count = symbols.Count;
        if (next.Length < count)
            (next, previous, ranks) = (new int[count], new int[count], new int[count]);
        ids.Clear();
        ids.AddRange(symbols);
        queue.Clear();
        for (int i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < count ? i + 1 : None);
            ranks[i] = i + 1 < count ? Rank(ids[i], ids[i + 1]) : int.MaxValue;
            if (ranks[i] != int.MaxValue)
                queue.Add(ranks[i], i);
        }

        queue.Order();
        for (int taken = 1; queue.TryTake(out int rank, out int at); taken++)
        {
            if (taken % MergesBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            // Entries of neighbours that have changed are out of date.
            if (ranks[at] != rank)
                continue;
            int right = next[at];
            Last = (ids[at], ids[right]);
            ids[at] = merges[ids[at], ids[right]].Merged;
            (ids[right], ranks[right]) = (None, int.MaxValue);
            next[at] = next[right];
            if (next[at] != None)
                previous[next[at]] = at;
            Renew(at);
            if (previous[at] != None)
                Renew(previous[at]);
        }

        symbols.Clear();
        for (int i = 0; i != None; i = next[i])
            symbols.Add(ids[i]);
    }

    private void Renew(int at)
    {
        ranks[at] = next[at] == None ? int.MaxValue : Rank(ids[at], ids[next[at]]);
        if (ranks[at] != int.MaxValue)
            queue.Push(ranks[at], at);
    }
}
