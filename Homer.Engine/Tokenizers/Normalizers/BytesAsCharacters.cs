using System.Text;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Writes the bytes of a text's UTF-8 as characters.</summary>
internal sealed record BytesAsCharacters : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        ByteAlphabet.Append(result, text);
        return result.ToString();
    }
}
