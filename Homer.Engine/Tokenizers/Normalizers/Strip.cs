using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Removes white space from the ends.</summary>
internal sealed record Strip(bool Left, bool Right) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        int begin = 0, end = text.Length;
        while (Left && begin < end && UnicodeSets.WhiteSpace.Contains(text[begin]))
            begin++;
        while (Right && begin < end && UnicodeSets.WhiteSpace.Contains(text[end - 1]))
            end--;
        return text[begin..end];
    }
}
