using System.Text;

namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>
/// The normalization forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15), for any text: string.Normalize does nothing without ICU,
/// and with it refuses noncharacters.
/// </summary>
internal static class Normalization
{
    // Below, nothing decomposes and nothing composes with what comes before.
    private const char FirstComposing = '\u0300';
    private const char FirstDecomposing = '\u0080';

    private static readonly Lazy<Dictionary<int, int[]>> Canonical = new(() => Mappings("canonical"));

    private static readonly Lazy<Dictionary<int, int[]>> Compatible = new(() => Mappings("compatible"));

    private static readonly Lazy<byte[]> Classes = new(ReadClasses);

    private static readonly Lazy<Dictionary<(int First, int Second), int>> Composites = new(ReadComposites);

    /// <summary>Returns a text in a form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCompatible">True for NFKC and NFKD, which also replace characters by those that mean the same.</param>
    /// <param name="composes">True for NFC and NFKC.</param>
    internal static string Apply(string text, bool isCompatible, bool composes)
    {
        char limit = composes && !isCompatible ? FirstComposing : FirstDecomposing;
        int at = text.AsSpan().IndexOfAnyInRange(limit, '\uffff');
        if (at < 0)
            return text;
        var result = new StringBuilder(text.Length);
        List<int> points = [];
        int copied = 0;
        while (at < text.Length)
        {
            // What precedes may compose with what follows.
            int begin = at == 0 ? 0 : CodePoints.Before(text, at);
            result.Append(text, copied, begin - copied);
            int length = text.AsSpan(at).IndexOfAnyExceptInRange(limit, '\uffff');
            int end = length < 0 ? text.Length : at + length;
            AppendRun(result, text.AsSpan(begin, end - begin), points, isCompatible, composes);
            copied = end;
            int next = text.AsSpan(end).IndexOfAnyInRange(limit, '\uffff');
            at = next < 0 ? text.Length : end + next;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    private static void AppendRun(StringBuilder result, ReadOnlySpan<char> text, List<int> points, bool isCompatible, bool composes)
    {
        points.Clear();
        for (int at = 0; at < text.Length;)
        {
            int point = CodePoints.At(text, at);
            at += CodePoints.Length(point);
            Decompose(points, point, isCompatible);
        }

        Order(points);
        if (composes)
            Compose(points);
        foreach (int point in points)
            CodePoints.Append(result, point);
    }

    private static void Decompose(List<int> points, int point, bool isCompatible)
    {
        if (Hangul.IsSyllable(point))
            Hangul.Decompose(points, point);
        else if ((isCompatible && Compatible.Value.TryGetValue(point, out int[]? parts)) || Canonical.Value.TryGetValue(point, out parts))
            points.AddRange(parts);
        else
            points.Add(point);
    }

    /// <summary>Puts marks between starters into the order of their classes; the sort is stable.</summary>
    private static void Order(List<int> points)
    {
        byte[] classes = Classes.Value;
        for (int begin = 0; begin < points.Count;)
        {
            if (Class(points[begin]) == 0)
            {
                begin++;
                continue;
            }

            int end = begin + 1;
            bool isOrdered = true;
            for (; end < points.Count && Class(points[end]) != 0; end++)
                isOrdered &= Class(points[end - 1]) <= Class(points[end]);
            if (!isOrdered)
            {
                int[] ordered = [.. points.Skip(begin).Take(end - begin).OrderBy(Class)];
                for (int i = 0; i < ordered.Length; i++)
                    points[begin + i] = ordered[i];
            }

            begin = end;
        }

        int Class(int point) => classes[point];
    }

    private static void Compose(List<int> points)
    {
        byte[] classes = Classes.Value;
        int starter = -1, count = 0;
        int before = 0;
        for (int i = 0; i < points.Count; i++)
        {
            int point = points[i], own = classes[point];
            // A mark composes unless one of its class or a higher one stands between.
            bool isNear = starter >= 0 && (starter == count - 1 || (before < own && before != 0));
            if (isNear && Composite(points[starter], point) is { } composite)
            {
                points[starter] = composite;
                continue;
            }

            if (own == 0)
                starter = count;
            before = own;
            points[count++] = point;
        }

        points.RemoveRange(count, points.Count - count);
    }

    private static int? Composite(int first, int second) => Hangul.Compose(first, second)
        ?? (Composites.Value.TryGetValue((first, second), out int composite) ? composite : null);

    private static Dictionary<int, int[]> Mappings(string table) =>
        UnicodeTables.Mappings(table).ToDictionary(mapping => mapping.From, mapping => mapping.To);

    private static byte[] ReadClasses()
    {
        var classes = new byte[CodePointSet.End];
        foreach ((int first, int last, int value) in UnicodeTables.Numbers("classes"))
            Array.Fill(classes, (byte)value, first, last + 1 - first);
        return classes;
    }

    // The table has whole decompositions: what all but the last character compose to comes first.
    private static Dictionary<(int First, int Second), int> ReadComposites()
    {
        HashSet<int> excluded = [.. UnicodeTables.Ranges("excluded").Select(range => range.First)];
        Dictionary<(int First, int Second), int> composites = [];
        foreach ((int point, int[] parts) in Canonical.Value.OrderBy(entry => entry.Value.Length))
        {
            if (excluded.Contains(point))
                continue;
            int first = parts[0];
            bool isWhole = true;
            foreach (int part in parts[1..^1])
                isWhole &= composites.TryGetValue((first, part), out first);
            if (isWhole)
                composites[(first, parts[^1])] = point;
        }

        return composites;
    }
}
