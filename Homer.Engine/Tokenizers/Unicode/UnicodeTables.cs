using System.Globalization;

namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>
/// Tables of the Unicode Character Database that .NET has only with ICU, which Homer runs without: they are in UnicodeData.txt, which
/// eng/unicode.mjs writes.
/// </summary>
internal static class UnicodeTables
{
    private const string Resource = "Homer.Engine.Tokenizers.Unicode.UnicodeData.txt";

    private static readonly Lazy<Dictionary<string, string[]>> Tables = new(Read);

    /// <summary>The names of all tables.</summary>
    internal static IReadOnlyCollection<string> Names => Tables.Value.Keys;

    /// <summary>Returns the ranges of a table of code points.</summary>
    /// <param name="name">The name of the table.</param>
    internal static IEnumerable<(int First, int Last)> Ranges(string name) => Tables.Value[name].Select(Range);

    /// <summary>Returns the numbers that a table has for ranges, such as <c>300-314=e6</c>.</summary>
    /// <param name="name">The name of the table.</param>
    internal static IEnumerable<(int First, int Last, int Value)> Numbers(string name)
    {
        foreach (string entry in Tables.Value[name])
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            (int first, int last) = Range(entry[..equals]);
            yield return (first, last, Number(entry.AsSpan(equals + 1)));
        }
    }

    /// <summary>Returns what a table maps code points to, such as <c>c0=41+300</c>.</summary>
    /// <param name="name">The name of the table.</param>
    internal static IEnumerable<(int From, int[] To)> Mappings(string name)
    {
        foreach (string entry in Tables.Value[name])
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            yield return (Number(entry.AsSpan(0, equals)), Points(entry[(equals + 1)..]));
        }
    }

    /// <summary>Returns the groups of a table, such as <c>4b+6b+212a</c>.</summary>
    /// <param name="name">The name of the table.</param>
    internal static IEnumerable<int[]> Groups(string name) => Tables.Value[name].Select(Points);

    private static (int First, int Last) Range(string range)
    {
        int dash = range.IndexOf('-', StringComparison.Ordinal);
        return dash < 0
            ? (Number(range), Number(range))
            : (Number(range.AsSpan(0, dash)), Number(range.AsSpan(dash + 1)));
    }

    private static int[] Points(string points) => [.. points.Split('+').Select(point => Number(point))];

    private static int Number(ReadOnlySpan<char> hexadecimal) =>
        int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static Dictionary<string, string[]> Read()
    {
        using Stream stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        Dictionary<string, string[]> tables = [];
        string? name = null;
        List<string> entries = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                Close();
                name = line[2..];
            }
            else if (name is not null)
            {
                entries.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        Close();
        return tables;

        void Close()
        {
            if (name is not null)
                tables[name] = [.. entries];
            entries.Clear();
        }
    }
}
