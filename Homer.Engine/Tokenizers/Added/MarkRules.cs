namespace Homer.Engine.Tokenizers.Added;

/// <summary>Says where an added token that is written in a text may be read as the token.</summary>
/// <param name="options">The treatment of special tokens.</param>
internal sealed class MarkRules(EncodeOptions options)
{
    private readonly (int Begin, int End)[] data =
        [.. (options.Data ?? []).Select(range => (range.Start.Value, range.End.Value))];

    /// <summary>Whether marks are found anywhere.</summary>
    internal bool FindsMarks => options.ParseSpecial;

    /// <summary>Returns whether a token may be read in a part of the text, given in UTF-16 units.</summary>
    internal bool Allows(AddedToken token, int begin, int end) => !IsMark(token) || (options.ParseSpecial && !HasData(begin, end));

    /// <summary>Returns whether a token may be read in normalized text, whose places are no longer those of the text.</summary>
    /// <param name="token">The token.</param>
    /// <param name="begin">The place in the normalized text.</param>
    /// <param name="name">The token's text, normalized.</param>
    /// <param name="places">Finds the place in the whole text.</param>
    internal bool AllowsNormalized(AddedToken token, int begin, string name, NormalizedPlaces places)
    {
        if (!IsMark(token))
            return true;
        if (!options.ParseSpecial)
            return false;
        return !HasData(places.Begin, places.End)
            || (places.Find(token.Text, name, begin) is { } place && !HasData(place, place + token.Text.Length));
    }

    private bool IsMark(AddedToken token) => token.IsSpecial || options.Marks?.Contains(token.Text) == true;

    private bool HasData(int begin, int end)
    {
        int low = 0, high = data.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (data[middle].End <= begin)
                low = middle + 1;
            else
                high = middle;
        }

        return low < data.Length && data[low].Begin < end;
    }
}
