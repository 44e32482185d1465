using Homer.Engine.Evaluation.Trials;

namespace Homer.Engine.Evaluation.Statistics;

/// <summary>What the trials of one variant at one length come to, of one depth or of all.</summary>
public sealed record CellSummary
{
    private const int MostDepths = 11;

    /// <summary>The variant's name.</summary>
    public required string Variant { get; init; }

    /// <summary>The document's length in tokens.</summary>
    public required int Length { get; init; }

    /// <summary>The depth; null for all.</summary>
    public double? Depth { get; init; }

    /// <summary>How many trials.</summary>
    public required int Trials { get; init; }

    /// <summary>How many were right; null where nothing was asked.</summary>
    public int? Right { get; init; }

    /// <summary>The share that was right.</summary>
    public double? Accuracy => (double?)Right / Trials;

    /// <summary>Where that share plausibly lies.</summary>
    public WilsonInterval? Interval => Right is { } right ? WilsonInterval.Of(right, Trials) : null;

    /// <summary>The perplexity of all tokens scored; null where none were.</summary>
    public double? Perplexity { get; init; }

    /// <summary>Seconds that a trial took, reading and answering, on average.</summary>
    public required double Seconds { get; init; }

    /// <summary>The most bytes that a reading held.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The most bytes that a reading was forecast to hold; null where none was forecast.</summary>
    public long? ForecastBytes { get; init; }

    /// <summary>Sums up trials, at least one.</summary>
    public static CellSummary Of(string variant, int length, double? depth, IReadOnlyCollection<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        TextCost cost = trials.Where(trial => trial.Nats is not null)
            .Aggregate(default(TextCost), (sum, trial) => sum + new TextCost(trial.Nats!.Value, trial.ScoredTokens!.Value));
        return new()
        {
            Variant = variant,
            Length = length,
            Depth = depth,
            Trials = trials.Count,
            Right = trials.All(trial => trial.Right is not null) ? trials.Count(trial => trial.Right == true) : null,
            Perplexity = cost.Tokens > 0 ? cost.Perplexity : null,
            Seconds = trials.Average(trial => trial.ReadSeconds + trial.ScoreSeconds),
            PeakBytes = trials.Max(trial => trial.PeakBytes),
            ForecastBytes = trials.Max(trial => trial.ForecastBytes),
        };
    }

    /// <summary>A cell for each variant and length.</summary>
    public static IReadOnlyList<CellSummary> ByLength(IEnumerable<Trial> trials) =>
        [.. trials.GroupBy(trial => (trial.Variant, trial.Length)).Select(cell => Of(cell.Key.Variant, cell.Key.Length, null, [.. cell]))];

    /// <summary>A cell for each variant, length and depth. Where there are many depths, they are brought to the nearest quarter.</summary>
    /// <param name="trials">The trials; those without a depth are left out.</param>
    public static IReadOnlyList<CellSummary> ByDepth(IReadOnlyCollection<Trial> trials)
    {
        bool few = trials.Select(trial => trial.Depth).OfType<double>().Distinct().Count() <= MostDepths;
        return
        [
            .. from trial in trials
               where trial.Depth is not null
               group trial by (trial.Variant, trial.Length, Depth: few ? trial.Depth!.Value : Math.Round(trial.Depth!.Value * 4) / 4) into cell
               select Of(cell.Key.Variant, cell.Key.Length, cell.Key.Depth, [.. cell]),
        ];
    }

    /// <summary>
    /// A cell for each variant and each of some lengths, of all trials up to that length: perplexity accumulates as a text goes on.
    /// </summary>
    public static IReadOnlyList<CellSummary> Accumulated(IReadOnlyCollection<Trial> trials, IEnumerable<int> lengths) =>
    [
        .. from variant in trials.Select(trial => trial.Variant).Distinct()
           from length in lengths
           let upTo = trials.Where(trial => trial.Variant == variant && trial.Length <= length).ToList()
           where upTo.Count > 0
           select Of(variant, length, null, upTo),
    ];
}
