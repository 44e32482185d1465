namespace Homer.Engine.Checks;

/// <summary>Finds the name that somebody may have meant.</summary>
internal static class Nearest
{
    /// <summary>Returns the name that differs least from a mistyped one; null where none is near.</summary>
    public static string? To(string typed, IEnumerable<string> names) => AllTo(typed, names).FirstOrDefault();

    /// <summary>Returns the names that are near a mistyped one, the nearest first.</summary>
    public static IEnumerable<string> AllTo(string typed, IEnumerable<string> names)
    {
        int most = Math.Max(2, typed.TrimStart('-').Length / 3);
        return names.Select(name => (Name: name, Distance: Distance(typed, name)))
            .Where(found => found.Distance <= most && found.Distance < found.Name.TrimStart('-').Length)
            .OrderBy(found => found.Distance).ThenBy(found => found.Name, StringComparer.Ordinal)
            .Select(found => found.Name);
    }

    /// <summary>
    /// Returns the least number of letters to insert, to leave out, to replace or to swap with their neighbour (Damerau 1964, of which this
    /// is the restricted form: no letter changes twice).
    /// </summary>
    public static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
                table[i, j] = i == 0 || j == 0 ? i + j : Least(i, j);
        }

        return table[from.Length, to.Length];

        int Least(int i, int j)
        {
            int replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            int least = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            return swapped ? Math.Min(least, table[i - 2, j - 2] + 1) : least;
        }
    }
}
