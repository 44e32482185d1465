namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Decoders of vocabularies whose tokens say where words begin or end.</summary>
internal static class WordDecoders
{
    /// <summary>Reads a character as a space, and leaves it out at the beginning of a text.</summary>
    internal static TokenwiseDecoder Metaspace(string replacement, bool isPrepended) => new((token, isFirst) =>
        token.Replace(replacement, isFirst && isPrepended ? "" : " ", StringComparison.Ordinal));

    /// <summary>Joins tokens that begin with a prefix, and puts spaces between others.</summary>
    internal static TokenwiseDecoder WordPiece(string prefix, bool cleansUp) => new((token, isFirst) =>
    {
        if (!isFirst)
            token = prefix.Length > 0 && token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleansUp ? CleanUp(token) : token;
    });

    /// <summary>Puts spaces between tokens.</summary>
    internal static TokenwiseDecoder Spaced { get; } = new((token, isFirst) => isFirst ? token : " " + token);

    private static string CleanUp(string token)
    {
        (string From, string To)[] contractions =
        [
            (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
            (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
        ];
        return contractions.Aggregate(token, (text, one) => text.Replace(one.From, one.To, StringComparison.Ordinal));
    }
}
