using Homer.Engine.Checks;

namespace Homer.Engine.Calibration;

/// <summary>The settings of the method recall that <c>homer calibrate</c> learns of a model.</summary>
public sealed record RecallSettings
{
    /// <summary>The most heads whose keys are kept.</summary>
    internal const int MostHeads = 8;

    /// <summary>The heads that look for what is asked for, the best first; at least one.</summary>
    public required IReadOnlyList<RecallHead> Heads { get; init => field = NotNull.Of(value); }

    /// <summary>The tokens of the question that look.</summary>
    public RecallQuestion Question { get; init; } = RecallQuestion.Own;

    /// <summary>The number of tokens of the document that are read again for an answer.</summary>
    public int Tokens { get; init; } = 512;

    /// <summary>The number of tokens before and after one that is found, which are read with it.</summary>
    public int Neighbours { get; init; } = 16;

    /// <summary>The least score of a passage that answers, in deviations; null where none was measured.</summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// The least share of a question that a passage must supply to count as answering it, at most 1; null where none was measured.
    /// </summary>
    public double? Evidence { get; init; }

    /// <summary>
    /// The least share of a question that a passage must supply to have to do with it, at most <see cref="Evidence"/>; null where none was
    /// measured.
    /// </summary>
    public double? Related { get; init; }
}
