namespace Homer.Engine.Generation;

/// <summary>The thoughts of a model before its answer: how they are told from it, and how many tokens they may take.</summary>
/// <param name="Open">The mark before the thought.</param>
/// <param name="Close">The mark after it.</param>
/// <param name="CloseIds">The tokens that end a thought which takes too long.</param>
internal sealed record Thinking(string Open, string Close, IReadOnlyList<int> CloseIds)
{
    /// <summary>The most tokens of a thought, where nothing else is said.</summary>
    public const int DefaultBudget = 512;

    /// <summary>The id of the mark before the thought; null where it is no token of its own.</summary>
    public int? OpenId { get; init; }

    /// <summary>The id of the mark after the thought; null where it is no token of its own.</summary>
    public int? CloseId { get; init; }

    /// <summary>Whether the prompt ends within a thought.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The most tokens of the thought.</summary>
    public int Budget { get; init; } = DefaultBudget;

    /// <summary>Receives the thought piece by piece; null to pass over it.</summary>
    public Action<string>? Show { get; init; }

    /// <summary>The most tokens that are no part of the answer.</summary>
    // The mark before the thought may be several tokens, and the model may write space around the marks.
    public int MostTokens => Budget + 2 * CloseIds.Count + 8;
}
