using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>A part of a parsed pattern.</summary>
internal abstract record PatternNode
{
    /// <summary>One character of a set.</summary>
    internal sealed record Set(CodePointSet Members) : PatternNode;

    /// <summary>Parts that follow each other; none match the empty text.</summary>
    internal sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>Alternatives, of which the first that fits counts.</summary>
    internal sealed record Choice(IReadOnlyList<PatternNode> Alternatives) : PatternNode;

    /// <summary>A part several times.</summary>
    /// <param name="Part">The part.</param>
    /// <param name="Min">The fewest times.</param>
    /// <param name="Max">The most times; null without a limit.</param>
    /// <param name="Greed">Which number of times is tried first.</param>
    internal sealed record Repeat(PatternNode Part, int Min, int? Max, Greed Greed) : PatternNode;

    /// <summary>A condition on the text ahead or behind.</summary>
    internal sealed record Look(PatternNode Part, bool IsBehind, bool IsNegative) : PatternNode;

    /// <summary>A part that keeps its first match.</summary>
    internal sealed record Atomic(PatternNode Part) : PatternNode;

    /// <summary>A condition on the place.</summary>
    internal sealed record Anchor(AnchorKind Kind) : PatternNode;
}

/// <summary>Which number of times a repeated part tries first.</summary>
internal enum Greed
{
    /// <summary>The most.</summary>
    Greedy,

    /// <summary>The fewest.</summary>
    Lazy,

    /// <summary>The most, and no other.</summary>
    Possessive,
}

/// <summary>A condition on a place in the text.</summary>
internal enum AnchorKind
{
    /// <summary>The beginning of the text.</summary>
    TextStart,

    /// <summary>The end of the text.</summary>
    TextEnd,

    /// <summary>The end of the text, or before its last line feed.</summary>
    LastLineEnd,

    /// <summary>The beginning of a line.</summary>
    LineStart,

    /// <summary>The end of a line.</summary>
    LineEnd,

    /// <summary>Between a word and no word.</summary>
    WordBoundary,

    /// <summary>Not between a word and no word.</summary>
    NoWordBoundary,
}
