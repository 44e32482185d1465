namespace Homer.Engine.Tokenizers;

/// <summary>The tokens that a post-processor puts around a sequence.</summary>
/// <param name="Before">The ids in front.</param>
/// <param name="After">The ids at the end.</param>
internal sealed record SequenceEnds(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>No tokens.</summary>
    internal static SequenceEnds None { get; } = new([], []);

    /// <summary>Returns these ends with others around them.</summary>
    internal SequenceEnds Inside(SequenceEnds outer) => new([.. outer.Before, .. Before], [.. After, .. outer.After]);
}
