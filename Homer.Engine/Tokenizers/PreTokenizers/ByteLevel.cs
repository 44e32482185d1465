using System.Text;
using Homer.Engine.Tokenizers.Patterns;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Writes the bytes of words as characters, after it has cut them as GPT-2 did if asked to.</summary>
internal sealed class ByteLevel : IPreTokenizer
{
    /// <summary>The pattern of GPT-2's encoder.py.</summary>
    internal const string WordPattern = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly Lazy<IPreTokenizer> Words = new(
        () => new Split(new(new Pattern(WordPattern)), SplitBehavior.Isolated, inverts: false));

    private readonly IPreTokenizer[] steps;

    /// <summary>Creates the pre-tokenizer.</summary>
    /// <param name="addsPrefixSpace">True to put a space in front of each word that begins with none.</param>
    /// <param name="usesPattern">True to cut words.</param>
    internal ByteLevel(bool addsPrefixSpace, bool usesPattern)
    {
        List<IPreTokenizer> all = [];
        if (addsPrefixSpace)
            all.Add(new Prefix(" ", PrependScheme.Always));
        if (usesPattern)
            all.Add(Words.Value);
        steps = [.. all, new Bytes()];
    }

    /// <inheritdoc/>
    public IEnumerable<IPreTokenizer> Steps => steps;

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces) => steps.Aggregate(pieces, (current, step) => step.Split(current));

    private sealed class Bytes : IPreTokenizer
    {
        public Pieces Split(Pieces pieces)
        {
            var text = new StringBuilder(pieces.Text.Length);
            List<(int Begin, int Length)> items = new(pieces.Items.Count);
            foreach ((int Begin, int Length) item in pieces.Items)
            {
                int begin = text.Length;
                ByteAlphabet.Append(text, pieces[item]);
                items.Add((begin, text.Length - begin));
            }

            return pieces with { Text = text.ToString(), Items = items };
        }
    }
}
