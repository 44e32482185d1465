using Homer.Engine.Tokenizers.Patterns;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Cuts words at the matches of a text or pattern.</summary>
internal sealed class Split(Finder finder, SplitBehavior behavior, bool inverts) : ICutter
{
    /// <inheritdoc/>
    Pieces IPreTokenizer.Split(Pieces pieces)
    {
        List<(int Begin, int Length)> parts = new(pieces.Items.Count);
        foreach ((int Begin, int Length) item in pieces.Items)
            Splitting.Cut(item, Find(pieces, item, out _), behavior, inverts, parts);
        return pieces with { Items = parts };
    }

    /// <inheritdoc/>
    Pieces ICutter.Split(Pieces pieces, out int settled)
    {
        (int, int) whole = (0, pieces.Text.Length);
        List<(int Begin, int Length)> parts = [], matches = Find(pieces, whole, out int until);
        Splitting.Cut(whole, matches, behavior, inverts, parts);
        settled = finder.CanBeginAnywhere ? Splitting.Settled(matches, until, behavior, inverts) : 0;
        return pieces with { Items = parts };
    }

    private List<(int Begin, int Length)> Find(Pieces pieces, (int Begin, int Length) item, out int settled) =>
        item.Length < 2 * SharedSearch.CharactersOfThread
            ? finder.Find(pieces[item], out settled, pieces.Cancellation)
            : SharedSearch.Find(finder, pieces.Text, item, Environment.ProcessorCount, out settled, pieces.Cancellation);
}
