namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Where <see cref="Metaspace"/> puts its character in front.</summary>
internal enum PrependScheme
{
    /// <summary>At every word.</summary>
    Always,

    /// <summary>At the first word of the text.</summary>
    First,

    /// <summary>Nowhere.</summary>
    Never,
}

/// <summary>Writes spaces as another character, as SentencePiece does, and cuts before each if asked to.</summary>
internal sealed class Metaspace(string replacement, PrependScheme scheme, bool splits) : IPreTokenizer
{
    private readonly IPreTokenizer split = new Split(new(replacement), SplitBehavior.MergedWithNext, inverts: false);

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces)
    {
        if (replacement.Length == 1)
            pieces = pieces with { Text = pieces.Text.Replace(' ', replacement[0]) };
        else
            pieces = Rewritten(pieces);
        if (scheme != PrependScheme.Never)
        {
            pieces = ByteLevel.WithPrefixes(
                pieces, replacement, item => scheme == PrependScheme.Always || (pieces.IsAtStart && item.Begin == 0));
        }

        return splits ? split.Split(pieces) : pieces;
    }

    private Pieces Rewritten(Pieces pieces)
    {
        List<(int Begin, int Length)> items = [];
        var text = new System.Text.StringBuilder();
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            int begin = text.Length;
            text.Append(pieces[item].ToString().Replace(" ", replacement, StringComparison.Ordinal));
            items.Add((begin, text.Length - begin));
        }

        return pieces with { Text = text.ToString(), Items = items };
    }
}
