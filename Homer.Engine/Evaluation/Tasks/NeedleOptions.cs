using Homer.Engine.Checks;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>The kinds of sentences that are planted in a document, and of questions about them.</summary>
public enum NeedleKind
{
    /// <summary>One sentence.</summary>
    One,

    /// <summary>Four sentences with different keys, of which one is asked for.</summary>
    MultiKey,

    /// <summary>Four sentences with the same key, whose numbers are all asked for.</summary>
    MultiValue,
}

/// <summary>The settings of planted sentences: their kind, the documents and the questions.</summary>
/// <param name="Kind">What is planted.</param>
/// <param name="Lengths">The lengths of documents in tokens.</param>
/// <param name="Documents">The number of documents of each length and text.</param>
public sealed record NeedleOptions(NeedleKind Kind, IReadOnlyList<int> Lengths, int Documents)
{
    /// <summary>The number of sentences where there are several.</summary>
    public const int Several = 4;

    /// <summary><inheritdoc cref="NeedleOptions" path="/param[@name='Lengths']/node()"/></summary>
    public IReadOnlyList<int> Lengths { get; init => field = NotNull.Of(value); } = NotNull.Of(Lengths);

    /// <summary>The number of questions about each document, each for another key: up to 4 where there are four keys, else 1.</summary>
    public int Questions { get; init; } = 1;

    /// <summary>The seed of the first document; the next documents have the next seeds.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True if questions are asked bare, false if their answers are begun.</summary>
    public bool Bare { get; init; }
}
