namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>A set of code points, by sorted ranges and by one bit for each code point.</summary>
internal sealed class CodePointSet
{
    /// <summary>One more than the largest code point.</summary>
    internal const int End = 0x110000;

    private const int BitsPerWord = 64;

    // Begin and end (exclusive) of each range, ascending and apart.
    private readonly int[] bounds;
    private readonly Lazy<ulong[]> bits;

    private CodePointSet(int[] bounds)
    {
        this.bounds = bounds;
        bits = new(ToBits);
    }

    /// <summary>The set of all code points.</summary>
    internal static CodePointSet All { get; } = new([0, End]);

    /// <summary>The set of none.</summary>
    internal static CodePointSet None { get; } = new([]);

    /// <summary>Whether the set is empty.</summary>
    internal bool IsEmpty => bounds.Length == 0;

    /// <summary>The ranges, both ends inclusive.</summary>
    internal IEnumerable<(int First, int Last)> Ranges
    {
        get
        {
            for (int i = 0; i < bounds.Length; i += 2)
                yield return (bounds[i], bounds[i + 1] - 1);
        }
    }

    /// <summary>Creates a set of ranges, both ends inclusive, in any order.</summary>
    internal static CodePointSet Of(IEnumerable<(int First, int Last)> ranges)
    {
        List<int> bounds = [];
        foreach ((int first, int last) in ranges.Order())
        {
            if (bounds.Count > 0 && first <= bounds[^1])
            {
                bounds[^1] = Math.Max(bounds[^1], last + 1);
                continue;
            }

            bounds.Add(first);
            bounds.Add(last + 1);
        }

        return new([.. bounds]);
    }

    /// <summary>Creates a set of code points.</summary>
    internal static CodePointSet Of(params IEnumerable<int> points) => Of(points.Select(point => (point, point)));

    /// <summary>Returns whether a code point is in the set; nothing is at the end of a text, -1.</summary>
    internal bool Contains(int point)
    {
        ulong[] words = bits.Value;
        uint word = (uint)point / BitsPerWord;
        return word < (uint)words.Length && (words[word] >> (point % BitsPerWord) & 1) != 0;
    }

    /// <summary>Returns the code points that are in either set.</summary>
    internal CodePointSet Or(CodePointSet other) => Of(Ranges.Concat(other.Ranges));

    /// <summary>Returns the code points that are not in the set.</summary>
    internal CodePointSet Not()
    {
        List<int> inverse = [];
        int begin = 0;
        for (int i = 0; i < bounds.Length; i += 2)
        {
            if (bounds[i] > begin)
                inverse.AddRange([begin, bounds[i]]);
            begin = bounds[i + 1];
        }

        if (begin < End)
            inverse.AddRange([begin, End]);
        return new([.. inverse]);
    }

    /// <summary>Returns the code points that are in both sets.</summary>
    internal CodePointSet And(CodePointSet other) => Not().Or(other.Not()).Not();

    private ulong[] ToBits()
    {
        var words = new ulong[bounds.Length == 0 ? 0 : ((bounds[^1] - 1) / BitsPerWord) + 1];
        foreach ((int first, int last) in Ranges)
        {
            for (int point = first; point <= last;)
            {
                bool isWhole = point % BitsPerWord == 0 && point + BitsPerWord - 1 <= last;
                words[point / BitsPerWord] |= isWhole ? ulong.MaxValue : 1ul << (point % BitsPerWord);
                point += isWhole ? BitsPerWord : 1;
            }
        }

        return words;
    }
}
