using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Trials;

/// <summary>What tells a trial from every other of its kind.</summary>
public readonly record struct TrialKey(string Variant, string? Source, int Length, double? Depth, int Number, int Question);

/// <summary>One question, asked about one document, read in one way: what came of it and what it took.</summary>
public sealed record Trial
{
    /// <summary>The variant's name.</summary>
    public required string Variant { get; init; }

    /// <summary>The file that the document is from; null for a generated one.</summary>
    public string? Source { get; init; }

    /// <summary>The cell it counts in: the document's length in tokens as asked for.</summary>
    public required int Length { get; init; }

    /// <summary>Where the answer is told: 0 at the beginning, 1 at the end.</summary>
    public double? Depth { get; init; }

    /// <summary>The document's seed, or its number in the file.</summary>
    public required int Number { get; init; }

    /// <summary>Which of the document's questions.</summary>
    public required int Question { get; init; }

    /// <summary>Tokens read, affixes included.</summary>
    public required int Tokens { get; init; }

    /// <inheritdoc cref="Score.Right"/>
    public bool? Right { get; init; }

    /// <inheritdoc cref="Score.Answer"/>
    public string? Answer { get; init; }

    /// <inheritdoc cref="Score.Expected"/>
    public string? Expected { get; init; }

    /// <inheritdoc cref="Score.Nats"/>
    public double? Nats { get; init; }

    /// <inheritdoc cref="Score.ScoredTokens"/>
    public int? ScoredTokens { get; init; }

    /// <summary>Seconds of reading.</summary>
    public required double ReadSeconds { get; init; }

    /// <summary>Seconds of answering or scoring, further readings included.</summary>
    public required double ScoreSeconds { get; init; }

    /// <summary>The most bytes held on the device during the reading, weights included.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The same as it was forecast; null where it was not.</summary>
    public long? ForecastBytes { get; init; }

    /// <summary>What tells it from others.</summary>
    internal TrialKey Key => new(Variant, Source, Length, Depth, Number, Question);

    /// <summary>Whether the values can be a trial's.</summary>
    internal bool IsSound =>
        Variant is { Length: > 0 } && Length >= 0 && Depth is null or (>= 0 and <= 1) && Number >= 0 && Question >= 0 && Tokens >= 0
        && ScoredTokens is null or > 0 && ScoredTokens is null == Nats is null && Nats is null or >= 0
        && ReadSeconds >= 0 && ScoreSeconds >= 0 && PeakBytes >= 0 && ForecastBytes is null or >= 0;
}
