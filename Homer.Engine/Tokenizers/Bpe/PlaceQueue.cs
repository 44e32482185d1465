namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>
/// A queue of places, those of the lowest rank first and of these the leftmost: a heap in which each entry has four below it.
/// </summary>
internal sealed class PlaceQueue
{
    private const int Children = 4;

    private ulong[] entries = new ulong[256];
    private int count;

    /// <summary>Empties the queue.</summary>
    internal void Clear() => count = 0;

    /// <summary>Adds an entry anywhere; <see cref="Order"/> must follow.</summary>
    internal void Add(int rank, int place)
    {
        if (count == entries.Length)
            Array.Resize(ref entries, count * 2);
        entries[count++] = ((ulong)(uint)rank << 32) | (uint)place;
    }

    /// <summary>Puts entries that were added into their order.</summary>
    internal void Order()
    {
        for (int i = (count - 2) / Children; i >= 0 && count > 1; i--)
            Sink(i, entries[i]);
    }

    /// <summary>Adds an entry where it belongs.</summary>
    internal void Push(int rank, int place)
    {
        Add(rank, place);
        int at = count - 1;
        ulong entry = entries[at];
        while (at > 0 && entries[(at - 1) / Children] > entry)
        {
            entries[at] = entries[(at - 1) / Children];
            at = (at - 1) / Children;
        }

        entries[at] = entry;
    }

    /// <summary>Takes the first entry; returns false where there is none.</summary>
    internal bool TryTake(out int rank, out int place)
    {
        (rank, place) = (0, 0);
        if (count == 0)
            return false;
        (rank, place) = ((int)(entries[0] >> 32), (int)(uint)entries[0]);
        ulong last = entries[--count];
        if (count > 0)
            Sink(0, last);
        return true;
    }

    private void Sink(int at, ulong entry)
    {
        while (true)
        {
            int first = (at * Children) + 1, least = first;
            if (first >= count)
                break;
            for (int child = first + 1; child < Math.Min(first + Children, count); child++)
            {
                if (entries[child] < entries[least])
                    least = child;
            }

            if (entries[least] >= entry)
                break;
            entries[at] = entries[least];
            at = least;
        }

        entries[at] = entry;
    }
}
