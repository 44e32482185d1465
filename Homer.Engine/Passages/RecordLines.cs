using System.Globalization;

namespace Homer.Engine.Passages;

/// <summary>
/// Finds the parts of a text whose lines stand for themselves, as those of logs, tables and source code do, beside prose that is wrapped.
/// </summary>
internal static class RecordLines
{
    // Fewer lines say too little about their kind.
    private const int FewestLines = 4;

    private const string Structure = ";{}()[]=|,:>\\";

    /// <summary>Returns the ranges of such lines, in order. What lies between two empty lines is of one kind.</summary>
    public static IEnumerable<Range> Of(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            List<Range> lines = [];
            for (end = start; end < text.Length;)
            {
                int feed = text.IndexOf('\n', end), next = feed < 0 ? text.Length : feed + 1;
                Range line = end..next;
                end = next;
                if (text.AsSpan(line).IsWhiteSpace())
                    break;
                lines.Add(line);
            }

            if (lines.Count >= FewestLines && AreRecords(text, lines))
                yield return start..end;
        }
    }

    private static bool AreRecords(string text, List<Range> lines)
    {
        int longest = lines.Max(line => text.AsSpan(line).Trim().Length), shorter = 0, structured = 0, goOn = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            ReadOnlySpan<char> line = text.AsSpan(lines[i]).Trim();
            structured += Structure.Contains(line[^1]) ? 1 : 0;
            // A sentence that goes on in the next line begins there with a small letter; scripts without such letters have no capitals.
            goOn += i > 0 && (char.IsLower(line[0]) || char.GetUnicodeCategory(line[0]) == UnicodeCategory.OtherLetter) ? 1 : 0;
            shorter += i < lines.Count - 1 && line.Length < longest / 2 ? 1 : 0;
        }

        // Wrapped lines are about as long as each other, and few of them end in a mark of structure.
        int breaks = lines.Count - 1;
        return structured * 2 >= lines.Count || goOn * 3 < breaks || shorter * 3 > breaks;
    }
}
