using System.Text;
using Homer.Engine.Tokenizers.Patterns;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Replaces every match of a text or pattern.</summary>
/// <param name="finder">What is replaced.</param>
/// <param name="content">What stands in its place.</param>
internal sealed class Replace(Finder finder, string content) : INormalizer
{
    /// <summary>The text that is replaced; null for a pattern.</summary>
    internal string? Literal => finder.Literal;

    /// <summary>The length of a text that is replaced; null for a pattern.</summary>
    internal int? Length => Literal?.Length;

    /// <inheritdoc/>
    public string Normalize(string text)
    {
        if (finder.Literal is { Length: > 0 } literal)
            return text.Replace(literal, content, StringComparison.Ordinal);
        var result = new StringBuilder(text.Length);
        int copied = 0;
        foreach ((int begin, int length) in finder.Find(text))
        {
            result.Append(text, copied, begin - copied).Append(content);
            copied = begin + length;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }
}
