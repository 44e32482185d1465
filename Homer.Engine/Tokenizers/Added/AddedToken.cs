namespace Homer.Engine.Tokenizers.Added;

/// <summary>A token that is found in the text before the text is cut into words.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
internal sealed record AddedToken(int Id, string Text)
{
    /// <summary>
    /// True for a mark rather than text: it is found only where marks may be written, and decoded only where asked for.
    /// </summary>
    public bool IsSpecial { get; init; }

    /// <summary>True for a token that counts only between characters that are of no word.</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>True for a token that takes the white space before it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>True for a token that takes the white space after it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>True for a token that is searched in the normalized text.</summary>
    public bool IsNormalized { get; init; }
}
