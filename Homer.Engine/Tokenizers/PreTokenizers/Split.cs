using Homer.Engine.Tokenizers.Patterns;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Cuts words at the matches of a text or pattern.</summary>
internal sealed class Split(Finder finder, SplitBehavior behavior, bool inverts) : IPreTokenizer
{
    /// <inheritdoc/>
    Pieces IPreTokenizer.Split(Pieces pieces)
    {
        List<(int Begin, int Length)> parts = new(pieces.Items.Count);
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            List<(int Begin, int Length)> matches = item.Length < 2 * SharedSearch.CharactersOfThread
                ? finder.Find(pieces[item], pieces.Cancellation)
                : SharedSearch.Find(finder, pieces.Text, item, Environment.ProcessorCount, pieces.Cancellation);
            Splitting.Cut(item, matches, behavior, inverts, parts);
        }

        return pieces with { Items = parts };
    }
}
