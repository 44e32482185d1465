namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Puts a text in front of one that is not empty.</summary>
internal sealed record Prepend(string Text) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => text.Length == 0 ? text : Text + text;
}
