namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Rewrites a text before it is split into words. Safe to share between threads.</summary>
internal interface INormalizer
{
    /// <summary>Returns the text rewritten; it holds no lone surrogate.</summary>
    /// <param name="text">The text, without lone surrogates.</param>
    string Normalize(string text);
}
