using System.Collections;

namespace Homer.Engine.Books;

/// <summary>
/// The token ids of files of a book, one file after the other, which stay in the book and are read block by block when they are asked for.
/// Thread safe.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="starts">The first token of each file.</param>
/// <param name="count">The number of tokens.</param>
internal sealed class BookTokens(IReadOnlyList<BookFile> files, int[] starts, int count) : IReadOnlyList<int>
{
    // Tokens are asked for in order, so that one block serves many.
    private volatile Block? last;

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            Block block = last is { } read && read.Has(index) ? read : last = BlockOf(index);
            return block.Ids[index - block.First];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (int next = 0; next < count;)
        {
            Block block = BlockOf(next);
            foreach (int id in block.Ids)
                yield return id;
            next = block.First + block.Ids.Length;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Block BlockOf(int index)
    {
        // Of files that begin at the same token, all but the last are empty.
        int low = 0, high = starts.Length;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = starts[middle] <= index ? (middle, high) : (low, middle);
        }

        (int first, int[] ids) = files[low].BlockOf(index - starts[low]);
        return new(starts[low] + first, ids);
    }

    private sealed record Block(int First, int[] Ids)
    {
        public bool Has(int index) => index >= First && index - First < Ids.Length;
    }
}
