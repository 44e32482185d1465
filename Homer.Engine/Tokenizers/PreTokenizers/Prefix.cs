using System.Text;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Where a <see cref="Prefix"/> stands.</summary>
internal enum PrependScheme
{
    /// <summary>At every word.</summary>
    Always,

    /// <summary>At the first word of the text.</summary>
    First,

    /// <summary>Nowhere.</summary>
    Never,
}

/// <summary>Puts a text in front of words that do not begin with it.</summary>
internal sealed class Prefix(string prefix, PrependScheme scheme) : IPreTokenizer
{
    /// <inheritdoc/>
    public Pieces Split(Pieces pieces)
    {
        var text = new StringBuilder(pieces.Text.Length);
        List<(int Begin, int Length)> items = new(pieces.Items.Count);
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            int begin = text.Length;
            if (Wants(pieces, item.Begin) && !pieces[item].StartsWith(prefix, StringComparison.Ordinal))
                text.Append(prefix);
            text.Append(pieces[item]);
            items.Add((begin, text.Length - begin));
        }

        return pieces with { Text = text.ToString(), Items = items };
    }

    private bool Wants(Pieces pieces, int begin) => scheme switch
    {
        PrependScheme.Always => begin > 0 || !pieces.Continues,
        PrependScheme.First => begin == 0 && pieces.IsAtStart && !pieces.Continues,
        _ => false,
    };
}
