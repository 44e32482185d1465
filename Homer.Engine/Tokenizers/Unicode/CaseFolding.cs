namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>Characters that differ in case alone, by Unicode's simple case folding, such as K, k and the Kelvin sign.</summary>
internal static class CaseFolding
{
    private static readonly Lazy<Dictionary<int, int[]>> Groups = new(() => UnicodeTables.Groups("cases")
        .SelectMany(group => group.Select(point => (point, group)))
        .ToDictionary(pair => pair.point, pair => pair.group));

    private static readonly Lazy<CodePointSet> Expanding = new(() => CodePointSet.Of(UnicodeTables.Ranges("expanding")));

    // Letters that fold as the characters ß, ﬀ, ﬁ, ﬂ and ﬆ do.
    private static readonly string[] Ligatures = ["ss", "ff", "fi", "fl", "st"];

    /// <summary>Returns a set with all characters that differ from one of its own in case alone.</summary>
    internal static CodePointSet Close(CodePointSet set)
    {
        List<(int First, int Last)> ranges = [.. set.Ranges];
        foreach ((int point, int[] group) in Groups.Value)
        {
            if (Array.Exists(group, set.Contains))
                ranges.Add((point, point));
        }

        return CodePointSet.Of(ranges);
    }

    /// <summary>Returns a character and all that differ from it in case alone.</summary>
    internal static CodePointSet Of(int point) => CodePointSet.Of(Groups.Value.GetValueOrDefault(point, [point]));

    /// <summary>Returns whether a character is several letters in another case, as ß is SS.</summary>
    internal static bool IsSeveral(int point) => Expanding.Value.Contains(point);

    /// <summary>Returns whether two letters in a row are a single character in another case.</summary>
    internal static bool AreOne(int first, int second) => first < 128 && second < 128
        && Ligatures.Contains($"{char.ToLowerInvariant((char)first)}{char.ToLowerInvariant((char)second)}");
}
