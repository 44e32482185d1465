using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Cuts words at the characters of a set.</summary>
internal sealed class SplitCharacters(CodePointSet members, SplitBehavior behavior) : ICutter
{
    /// <summary>Cuts at white space.</summary>
    internal static SplitCharacters AtWhiteSpace { get; } = new(UnicodeSets.WhiteSpace, SplitBehavior.Removed);

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces)
    {
        List<(int Begin, int Length)> parts = new(pieces.Items.Count), matches = [];
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            Find(pieces[item], matches);
            Splitting.Cut(item, matches, behavior, inverts: false, parts);
        }

        return pieces with { Items = parts };
    }

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces, out int settled)
    {
        List<(int Begin, int Length)> parts = [], matches = [];
        Find(pieces.Text, matches);
        Splitting.Cut((0, pieces.Text.Length), matches, behavior, inverts: false, parts);
        settled = Splitting.Settled(matches, pieces.Text.Length, behavior, inverts: false);
        return pieces with { Items = parts };
    }

    private void Find(ReadOnlySpan<char> text, List<(int Begin, int Length)> matches)
    {
        matches.Clear();
        for (int at = 0; at < text.Length;)
        {
            int point = CodePoints.At(text, at);
            if (members.Contains(point))
                matches.Add((at, CodePoints.Length(point)));
            at += CodePoints.Length(point);
        }
    }
}
