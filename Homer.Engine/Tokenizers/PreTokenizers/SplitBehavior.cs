namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>The places of matches in the words that are cut at them.</summary>
internal enum SplitBehavior
{
    /// <summary>They are left out.</summary>
    Removed,

    /// <summary>Each is a word of its own.</summary>
    Isolated,

    /// <summary>Each ends the word before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the word after it.</summary>
    MergedWithNext,

    /// <summary>Neighbours are a word together.</summary>
    Contiguous,
}
