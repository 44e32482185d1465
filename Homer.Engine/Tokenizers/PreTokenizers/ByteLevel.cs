using System.Text;
using Homer.Engine.Tokenizers.Patterns;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>Writes the bytes of words as characters, after it has cut them as GPT-2 did if asked to.</summary>
/// <param name="addsPrefixSpace">True to put a space in front of each word that begins with none.</param>
/// <param name="usesPattern">True to cut words.</param>
internal sealed class ByteLevel(bool addsPrefixSpace, bool usesPattern) : IPreTokenizer
{
    /// <summary>The pattern of GPT-2's encoder.py.</summary>
    internal const string WordPattern = @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly Lazy<IPreTokenizer> Words = new(
        () => new Split(new(new Pattern(WordPattern)), SplitBehavior.Isolated, inverts: false));

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces)
    {
        if (addsPrefixSpace)
            pieces = WithPrefixes(pieces, " ", _ => true);
        if (usesPattern)
            pieces = Words.Value.Split(pieces);
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

    /// <summary>Puts a text in front of the words that do not begin with it.</summary>
    internal static Pieces WithPrefixes(Pieces pieces, string prefix, Predicate<(int Begin, int Length)> wants)
    {
        var text = new StringBuilder(pieces.Text.Length);
        List<(int Begin, int Length)> items = new(pieces.Items.Count);
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            int begin = text.Length;
            if (wants(item) && !pieces[item].StartsWith(prefix, StringComparison.Ordinal))
                text.Append(prefix);
            text.Append(pieces[item]);
            items.Add((begin, text.Length - begin));
        }

        return pieces with { Text = text.ToString(), Items = items };
    }
}
