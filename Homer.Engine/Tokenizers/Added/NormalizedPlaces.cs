namespace Homer.Engine.Tokenizers.Added;

/// <summary>Finds places of a normalized text in the text before.</summary>
/// <param name="original">The text before.</param>
/// <param name="offset">The place where it begins in the whole text.</param>
/// <param name="normalized">The normalized text.</param>
internal sealed class NormalizedPlaces(string original, int offset, string normalized)
{
    /// <summary>The place where the text begins in the whole.</summary>
    internal int Begin => offset;

    /// <summary>The place where the text ends in the whole.</summary>
    internal int End => offset + original.Length;

    /// <summary>
    /// Returns the place in the whole text of a name that was found in the normalized one, by counting its occurrences in both; null where
    /// they differ.
    /// </summary>
    /// <param name="name">The name before.</param>
    /// <param name="normalizedName">The name, normalized.</param>
    /// <param name="begin">The place in the normalized text.</param>
    internal int? Find(string name, string normalizedName, int begin)
    {
        int before = 0;
        for (int at = Next(normalized, normalizedName, 0); at >= 0 && at < begin; at = Next(normalized, normalizedName, at + 1))
            before++;
        int place = Next(original, name, 0);
        for (; place >= 0 && before > 0; before--)
            place = Next(original, name, place + 1);
        return place < 0 ? null : offset + place;
    }

    private static int Next(string text, string name, int from) => text.IndexOf(name, from, StringComparison.Ordinal);
}
