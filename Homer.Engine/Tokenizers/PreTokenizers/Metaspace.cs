using System.Text;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as another character, as SentencePiece does, and cuts before each if asked to.</summary>
internal sealed class Metaspace : IPreTokenizer
{
    private readonly IPreTokenizer[] steps;

    /// <summary>Creates the pre-tokenizer.</summary>
    /// <param name="replacement">The character.</param>
    /// <param name="scheme">Where it is put in front.</param>
    /// <param name="splits">Whether words are cut before it.</param>
    internal Metaspace(string replacement, PrependScheme scheme, bool splits)
    {
        List<IPreTokenizer> all = [new Spaces(replacement)];
        if (scheme != PrependScheme.Never)
            all.Add(new Prefix(replacement, scheme));
        if (splits)
            all.Add(new Split(new(replacement), SplitBehavior.MergedWithNext, inverts: false));
        steps = [.. all];
    }

    /// <inheritdoc/>
    public IEnumerable<IPreTokenizer> Steps => steps;

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces) => steps.Aggregate(pieces, (current, step) => step.Split(current));

    private sealed class Spaces(string replacement) : IPreTokenizer
    {
        public Pieces Split(Pieces pieces)
        {
            if (replacement.Length == 1)
                return pieces with { Text = pieces.Text.Replace(' ', replacement[0]) };
            List<(int Begin, int Length)> items = [];
            var text = new StringBuilder();
            foreach ((int Begin, int Length) item in pieces.Items)
            {
                int begin = text.Length;
                text.Append(pieces[item].ToString().Replace(" ", replacement, StringComparison.Ordinal));
                items.Add((begin, text.Length - begin));
            }

            return pieces with { Text = text.ToString(), Items = items };
        }
    }
}
