using System.Text;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// Merges one segment of a text after another. As SentencePiece does, it keeps the pairs of neighbours that form a piece in a queue; when
/// two are merged, at most two new pairs arise.
/// </summary>
/// <param name="pieces">The pieces into which text is merged, by their text.</param>
/// <param name="byteIds">The id of each byte [256], for characters without a piece.</param>
/// <param name="cancellation">Stops the work soon.</param>
internal sealed class SegmentMerger(
    Dictionary<string, (int Id, float Score)> pieces, IReadOnlyList<int> byteIds, CancellationToken cancellation)
{
    private const int FirstCapacity = 32;
    private const int PairsBetweenChecks = 1 << 12;

    private readonly Dictionary<string, (int Id, float Score)>.AlternateLookup<ReadOnlySpan<char>> find =
        pieces.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly PriorityQueue<Pair, Rank> queue = new();
    private char[] text = new char[FirstCapacity];

    // By the index of a symbol's first unit: where it ends (0 for none that begins here), and where the one before it begins (-1: none).
    private int[] ends = new int[FirstCapacity];
    private int[] before = new int[FirstCapacity];

    /// <summary>The number of UTF-16 units in the segment.</summary>
    public int Length { get; private set; }

    /// <summary>The last unit of the segment.</summary>
    public char Last => text[Length - 1];

    /// <summary>Appends a UTF-16 unit; surrogates come in pairs.</summary>
    public void Append(char unit)
    {
        if (Length == text.Length)
        {
            Array.Resize(ref text, 2 * Length);
            Array.Resize(ref ends, 2 * Length);
            Array.Resize(ref before, 2 * Length);
        }

        text[Length++] = unit;
    }

    /// <summary>Merges the segment, appends its ids to a list, and is empty again.</summary>
    public void MoveTo(List<int> ids)
    {
        // Most segments are a word that is a piece, but a piece is not always what merging arrives at.
        Split();
        Merge();
        for (int start = 0; start < Length; start = ends[start])
            Append(text.AsSpan(start, ends[start] - start), ids);
        Length = 0;
    }

    private void Split()
    {
        for (int start = 0, last = -1; start < Length; last = start, start = ends[start])
        {
            ends[start] = start + (char.IsHighSurrogate(text[start]) ? 2 : 1);
            before[start] = last;
            if (last >= 0)
                Consider(last, start);
        }
    }

    private void Merge()
    {
        for (int pairs = 1; queue.TryDequeue(out Pair pair, out _); pairs++)
        {
            if (pairs % PairsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            // Either symbol may have been merged with another meanwhile.
            if (ends[pair.Left] != pair.Right || ends[pair.Right] != pair.End)
                continue;
            ends[pair.Left] = pair.End;
            ends[pair.Right] = 0;
            if (pair.End < Length)
            {
                before[pair.End] = pair.Left;
                Consider(pair.Left, pair.End);
            }

            if (before[pair.Left] >= 0)
                Consider(before[pair.Left], pair.Left);
        }
    }

    private void Consider(int left, int right)
    {
        if (find.TryGetValue(text.AsSpan(left, ends[right] - left), out (int Id, float Score) piece))
            queue.Enqueue(new(left, right, ends[right]), new(piece.Score, left));
    }

    private void Append(ReadOnlySpan<char> symbol, List<int> ids)
    {
        if (find.TryGetValue(symbol, out (int Id, float Score) piece))
        {
            ids.Add(piece.Id);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        int count = Encoding.UTF8.GetBytes(symbol, utf8);
        foreach (byte value in utf8[..count])
            ids.Add(byteIds[value]);
    }

    private readonly record struct Pair(int Left, int Right, int End);

    /// <summary>The order of merges: the higher score first, then the leftmost.</summary>
    private readonly record struct Rank(float Score, int Left) : IComparable<Rank>
    {
        public int CompareTo(Rank other) => Score == other.Score ? Left.CompareTo(other.Left) : other.Score.CompareTo(Score);
    }
}
