using System.Numerics;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>The merges of a vocabulary: which two tokens become which one, and which merge comes first.</summary>
internal sealed class MergeTable
{
    // What no pair of ids is.
    private const ulong Free = ulong.MaxValue;

    private readonly ulong[] pairs;
    private readonly (int Rank, int Merged)[] merges;
    private readonly int shift;

    /// <summary>Creates the table; of two merges of the same pair the later one counts.</summary>
    /// <param name="merges">The pair, the rank (lower ranks come first, up to 2³¹ − 1) and the token that it becomes.</param>
    internal MergeTable(IReadOnlyCollection<(int Left, int Right, int Rank, int Merged)> merges)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        shift = 64 - BitOperations.Log2((uint)capacity);
        pairs = new ulong[capacity];
        Array.Fill(pairs, Free);
        this.merges = new (int, int)[capacity];
        foreach ((int left, int right, int rank, int merged) in merges)
        {
            int at = Find(Pair(left, right));
            pairs[at] = Pair(left, right);
            this.merges[at] = (rank, merged);
        }
    }

    /// <summary>Returns the rank of the merge of two neighbours and the token that they become; a rank of -1 where there is none.</summary>
    internal (int Rank, int Merged) this[int left, int right]
    {
        get
        {
            int at = Find(Pair(left, right));
            return pairs[at] == Free ? (-1, -1) : merges[at];
        }
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Find(ulong pair)
    {
        // Fibonacci hashing; a place that is taken sends on to the next.
        int mask = pairs.Length - 1, at = (int)((pair * 0x9e3779b97f4a7c15ul) >> shift);
        while (pairs[at] != pair && pairs[at] != Free)
            at = (at + 1) & mask;
        return at;
    }
}
