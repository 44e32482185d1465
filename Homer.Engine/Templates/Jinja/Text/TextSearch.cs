namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>Finds texts in texts, character by character, at a price that a hostile template cannot raise without bound.</summary>
internal static class TextSearch
{
    // A search compares whole vectors; long needles can make it compare each of them at every place.
    private const int CharactersPerStep = 64;

    /// <summary>Returns the first place of a text from a place on; -1 where there is none.</summary>
    public static int Find(string text, string needle, int start)
    {
        Pay(text, needle);
        return text.IndexOf(needle, start, StringComparison.Ordinal);
    }

    /// <summary>Returns the last place of a text that ends at or before a place; -1 where there is none.</summary>
    public static int FindLast(string text, string needle, int end)
    {
        Pay(text, needle);
        return text.AsSpan(0, end).LastIndexOf(needle, StringComparison.Ordinal);
    }

    /// <summary>Returns all places of a text that do not overlap, from the left; the needle is not empty.</summary>
    public static IEnumerable<int> All(string text, string needle)
    {
        Pay(text, needle);
        for (int at = text.IndexOf(needle, StringComparison.Ordinal); at >= 0;
             at = text.IndexOf(needle, at + needle.Length, StringComparison.Ordinal))
        {
            RenderingBudget.Current.Step();
            yield return at;
        }
    }

    private static void Pay(string text, string needle) =>
        RenderingBudget.Current.Step((long)text.Length / CharactersPerStep * (1 + needle.Length / CharactersPerStep) + 1);
}
