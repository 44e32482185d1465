using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Cuts words into pieces of a number of characters.</summary>
internal sealed class FixedLength(int length) : ICutter
{
    /// <inheritdoc/>
    public Pieces Split(Pieces pieces, out int settled)
    {
        Pieces cut = Split(pieces);
        settled = cut.Items.Count == 0 ? 0 : cut.Items[^1].Begin;
        return cut;
    }

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces)
    {
        List<(int Begin, int Length)> parts = [];
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            ReadOnlySpan<char> text = pieces[item];
            for (int at = 0; at < text.Length;)
            {
                int begin = at;
                for (int count = 0; count < length && at < text.Length; count++)
                    at += CodePoints.Length(CodePoints.At(text, at));
                parts.Add((item.Begin + begin, at - begin));
            }
        }

        return pieces with { Items = parts };
    }
}
