using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Trials;

/// <summary>The properties that identify a trial within a log.</summary>
public readonly record struct TrialKey(string Variant, string? Source, int Length, double? Depth, int Number, int Question)
{
    /// <summary><inheritdoc cref="TrialKey" path="/param[@name='Variant']/node()"/></summary>
    public string Variant { get; init => field = NotNull.Of(value); } = NotNull.Of(Variant);
}

/// <summary>The result of one question about one document, read by one variant, with its time and memory.</summary>
public sealed record Trial
{
    /// <summary>The variant's name.</summary>
    public required string Variant { get; init => field = NotNull.Of(value); }

    /// <summary>The file that the document is from; null for a generated one.</summary>
    public string? Source { get; init; }

    /// <summary>The requested length of the document in tokens, under which the trial is summarized.</summary>
    public required int Length { get; init; }

    /// <summary>The place of the answer in the document: 0 is the beginning, 1 is the end; null where that has no meaning.</summary>
    public double? Depth { get; init; }

    /// <summary>The document's seed, or its number in the file.</summary>
    public required int Number { get; init; }

    /// <summary>The index of the question among the document's questions.</summary>
    public required int Question { get; init; }

    /// <summary>The kind of question, where a task has several; else null.</summary>
    public string? Kind { get; init; }

    /// <summary>The number of tokens read, prefix and suffix included.</summary>
    public required int Tokens { get; init; }

    /// <inheritdoc cref="Score.Right"/>
    public bool? Right { get; init; }

    /// <inheritdoc cref="Score.Answer"/>
    public string? Answer { get; init; }

    /// <inheritdoc cref="Score.Expected"/>
    public string? Expected { get; init; }

    /// <inheritdoc cref="Score.Found"/>
    public double? Found { get; init; }

    /// <summary>
    /// The share of the tokens stating the answer that the reading kept, 0 … 1; null for a method that does not say what it kept, and
    /// where these tokens are not known.
    /// </summary>
    public double? Kept { get; init; }

    /// <summary>
    /// The least number of tokens, in the order in which the method chose them, among which are all that state the answer; null for a
    /// method that has no such order, and where they are not among the first <see cref="Contexts.TokenRanking.Most"/>.
    /// </summary>
    public int? Needed { get; init; }

    /// <inheritdoc cref="Score.Nats"/>
    public double? Nats { get; init; }

    /// <inheritdoc cref="Score.ScoredTokens"/>
    public int? ScoredTokens { get; init; }

    /// <summary>The seconds of reading.</summary>
    public required double ReadSeconds { get; init; }

    /// <summary>The seconds of answering or scoring; reading the document again counts here.</summary>
    public required double ScoreSeconds { get; init; }

    /// <summary>The peak of device memory during the reading in bytes, weights included.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The forecast of <see cref="PeakBytes"/>; null if the method does not forecast.</summary>
    public long? ForecastBytes { get; init; }

    /// <summary>The key that identifies the trial.</summary>
    internal TrialKey Key => new(Variant, Source, Length, Depth, Number, Question);

    /// <summary>True if all values are possible; a file may hold others.</summary>
    internal bool IsSound =>
        Variant is { Length: > 0 } && Length >= 0 && Depth is null or (>= 0 and <= 1) && Number >= 0 && Question >= 0 && Tokens >= 0
        && ScoredTokens is null or > 0 && ScoredTokens is null == Nats is null && Nats is null or >= 0
        && Found is null or (>= 0 and <= 1) && Kept is null or (>= 0 and <= 1) && Needed is null or > 0
        && ReadSeconds >= 0 && ScoreSeconds >= 0 && PeakBytes >= 0 && ForecastBytes is null or >= 0;
}
