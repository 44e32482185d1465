using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>NFC, NFD, NFKC or NFKD.</summary>
/// <param name="IsCompatible">True for NFKC and NFKD.</param>
/// <param name="Composes">True for NFC and NFKC.</param>
internal sealed record UnicodeForm(bool IsCompatible, bool Composes) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => Normalization.Apply(text, IsCompatible, Composes);
}
