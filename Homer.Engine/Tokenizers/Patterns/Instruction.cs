using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>Operations of the instructions of a compiled pattern.</summary>
internal enum Operation
{
    /// <summary>Ends the pattern, or the part that is looked for, with success.</summary>
    Match,

    /// <summary>Takes one character of a set.</summary>
    Set,

    /// <summary>Takes characters of a set as often as it may.</summary>
    Loop,

    /// <summary>Tries one target after the other.</summary>
    Choice,

    /// <summary>Goes on elsewhere.</summary>
    Jump,

    /// <summary>Requires that a part matches ahead or behind, or does not.</summary>
    Look,

    /// <summary>Matches a part once and for all.</summary>
    Atomic,

    /// <summary>Requires a place.</summary>
    Anchor,

    /// <summary>Remembers where a round of a loop begins.</summary>
    Mark,

    /// <summary>Goes elsewhere if the round moved; goes on otherwise.</summary>
    JumpIfMoved,
}

/// <summary>An instruction of a compiled pattern; each operation reads what it needs.</summary>
internal sealed class Instruction(Operation operation)
{
    /// <summary>The operation.</summary>
    internal Operation Operation { get; } = operation;

    /// <summary>The set of a character, or of each one of a loop.</summary>
    internal CodePointSet Members { get; init; } = CodePointSet.None;

    /// <summary>The fewest characters of a loop.</summary>
    internal int Min { get; init; }

    /// <summary>The most characters of a loop.</summary>
    internal int Max { get; init; } = int.MaxValue;

    /// <summary>Which number of characters a loop tries first.</summary>
    internal Greed Greed { get; set; }

    /// <summary>Where a choice goes, a jump, or a part begins.</summary>
    internal int[] Targets { get; set; } = [];

    /// <summary>The characters that each target of a choice can begin with; null where it may take none.</summary>
    internal CodePointSet?[] Firsts { get; set; } = [];

    /// <summary>Where the pattern goes on after a part.</summary>
    internal int Next { get; set; }

    /// <summary>The number of characters that a part behind takes, for each target.</summary>
    internal int[] Lengths { get; set; } = [];

    /// <summary>Whether a condition must not hold.</summary>
    internal bool IsNegative { get; init; }

    /// <summary>The condition on the place.</summary>
    internal AnchorKind Anchor { get; init; }

    /// <summary>The number of the loop that is marked.</summary>
    internal int Slot { get; init; }
}
