namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>Settings of a byte-pair encoding beyond its merges.</summary>
internal sealed record BpeSettings
{
    /// <summary>The id of what the vocabulary has no token for; null where it vanishes.</summary>
    public int? Unknown { get; init; }

    /// <summary>True to write several unknown characters in a row as one token.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>True to write unknown characters as the bytes of their UTF-8, such as <c>&lt;0x0A&gt;</c>.</summary>
    public bool FallsBackToBytes { get; init; }

    /// <summary>True to take a word that is a token whole, whatever the merges say.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>
    /// Characters that tokens begin with or end in and that are no tokens: merges know them by these ids, beyond those of the vocabulary.
    /// </summary>
    public IReadOnlyDictionary<string, int> Parts { get; init; } = new Dictionary<string, int>();

    /// <summary>Stands in front of each character but the first of a word.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>Stands after the last character of a word.</summary>
    public string EndSuffix { get; init; } = "";
}
