using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Engine.Evaluation.Statistics;

/// <summary>The summary of all trials of one variant at one length, and at one depth or at all depths.</summary>
public sealed record CellSummary
{
    private const int MostDepths = 11;

    /// <summary>The variant's name.</summary>
    public required string Variant { get; init; }

    /// <summary>The document's length in tokens.</summary>
    public required int Length { get; init; }

    /// <summary>The file that the documents are from; null if those of all files are summarized.</summary>
    public string? Source { get; init; }

    /// <summary>The kind of questions; null where a task has one.</summary>
    public string? Kind { get; init; }

    /// <summary>The depth; null if trials of all depths are summarized.</summary>
    public double? Depth { get; init; }

    /// <summary>The number of trials.</summary>
    public required int Trials { get; init; }

    /// <summary>The number of right answers; null if there were no questions.</summary>
    public int? Right { get; init; }

    /// <summary>The share of right answers, 0 … 1; null if there were no questions.</summary>
    public double? Accuracy => (double?)Right / Trials;

    /// <summary>The 95 % confidence interval of <see cref="Accuracy"/>; null if there were no questions.</summary>
    public WilsonInterval? Interval => Right is { } right ? WilsonInterval.Of(right, Trials) : null;

    /// <summary>
    /// The 95 % confidence interval by drawing documents; null where no two questions share one, or all have the same result.
    /// </summary>
    public ResampledInterval? AccuracyByDocument { get; init; }

    /// <summary>The mean share of the expected values that answers contain, 0 … 1; null if no values were asked for.</summary>
    public double? Found { get; init; }

    /// <summary>
    /// The 95 % confidence interval of <see cref="Found"/>, as if each answer were right or wrong; null if no values were asked for.
    /// </summary>
    public WilsonInterval? FoundInterval => Found is { } found ? WilsonInterval.Of(found * Trials, Trials) : null;

    /// <summary><inheritdoc cref="AccuracyByDocument"/></summary>
    public ResampledInterval? FoundByDocument { get; init; }

    /// <summary>
    /// For numbers of chosen tokens, the share of questions whose answer is among them; empty for methods without an order.
    /// </summary>
    public IReadOnlyList<AmongChosen> Among { get; init; } = [];

    /// <summary>The mean share of the tokens stating the answer that readings kept, 0 … 1; null if it is not known.</summary>
    public double? Kept { get; init; }

    /// <summary>The perplexity of all scored tokens; null if none were scored.</summary>
    public double? Perplexity { get; init; }

    /// <summary>The mean number of seconds of a trial, for reading and answering.</summary>
    public required double Seconds { get; init; }

    /// <summary>The largest number of bytes that a reading held on the device.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The largest number of bytes forecast for a reading; null if none was forecast.</summary>
    public long? ForecastBytes { get; init; }

    /// <summary>Summarizes trials, of which there must be at least one.</summary>
    public static CellSummary Of(string variant, int length, double? depth, IReadOnlyCollection<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentNullException.ThrowIfNull(trials);
        NegativeLogLikelihood cost = trials.Where(trial => trial.Nats is not null)
            .Select(trial => new NegativeLogLikelihood(trial.Nats!.Value, trial.ScoredTokens!.Value))
            .Aggregate(default(NegativeLogLikelihood), (sum, one) => sum + one);
        return new()
        {
            Variant = variant,
            Length = length,
            Depth = depth,
            Trials = trials.Count,
            Right = trials.All(trial => trial.Right is not null) ? trials.Count(trial => trial.Right == true) : null,
            Found = trials.All(trial => trial.Found is not null) ? trials.Average(trial => trial.Found) : null,
            AccuracyByDocument = trials.All(trial => trial.Right is not null)
                ? ByDocument(trials, trial => trial.Right == true ? 1 : 0)
                : null,
            FoundByDocument = trials.All(trial => trial.Found is not null) ? ByDocument(trials, trial => trial.Found!.Value) : null,
            Among = AmongChosen.Of(trials),
            Kept = trials.Average(trial => trial.Kept),
            Perplexity = cost.Tokens > 0 ? cost.Perplexity : null,
            Seconds = trials.Average(trial => trial.ReadSeconds + trial.ScoreSeconds),
            PeakBytes = trials.Max(trial => trial.PeakBytes),
            ForecastBytes = trials.Max(trial => trial.ForecastBytes),
        };
    }

    /// <summary>Returns the interval of the mean of a value by drawing documents; null where no two trials share a document.</summary>
    internal static ResampledInterval? ByDocument(IReadOnlyCollection<Trial> trials, Func<Trial, double> value)
    {
        IReadOnlyList<double>[] documents =
            [.. trials.GroupBy(trial => (trial.Source, trial.Length, trial.Number)).Select(one => (double[])[.. one.Select(value)])];
        return documents.Length < trials.Count ? ResampledInterval.Of(documents) : null;
    }

    /// <summary>Returns a summary for each variant, kind of questions and length.</summary>
    public static IReadOnlyList<CellSummary> ByLength(IEnumerable<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. trials.GroupBy(trial => (trial.Variant, trial.Kind, trial.Length))
                .Select(cell => Of(cell.Key.Variant, cell.Key.Length, null, [.. cell]) with { Kind = cell.Key.Kind }),
        ];
    }

    /// <summary>Returns a summary for each variant, length and file that documents are from.</summary>
    public static IReadOnlyList<CellSummary> BySource(IEnumerable<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. trials.GroupBy(trial => (trial.Variant, trial.Kind, trial.Length, trial.Source))
                .Select(cell => Of(cell.Key.Variant, cell.Key.Length, null, [.. cell]) with
                {
                    Kind = cell.Key.Kind,
                    Source = cell.Key.Source,
                }),
        ];
    }

    /// <summary>Returns a summary for each variant, length and depth. More than 11 depths are rounded to the nearest quarter.</summary>
    /// <param name="trials">The trials; those without a depth are left out.</param>
    public static IReadOnlyList<CellSummary> ByDepth(IReadOnlyCollection<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        bool few = trials.Select(trial => trial.Depth).OfType<double>().Distinct().Count() <= MostDepths;
        return
        [
            .. from trial in trials
               where trial.Depth is not null
               let depth = few ? trial.Depth!.Value : Math.Round(trial.Depth!.Value * 4) / 4
               group trial by (trial.Variant, trial.Kind, trial.Length, Depth: depth) into cell
               select Of(cell.Key.Variant, cell.Key.Length, cell.Key.Depth, [.. cell]) with { Kind = cell.Key.Kind },
        ];
    }

    /// <summary>
    /// Returns a summary for each variant and each of the lengths, of all trials up to that length: the perplexity of a text up to there.
    /// </summary>
    public static IReadOnlyList<CellSummary> Accumulated(IReadOnlyCollection<Trial> trials, IEnumerable<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(lengths);
        return [
        .. from variant in trials.Select(trial => trial.Variant).Distinct()
           from length in lengths
           let upTo = trials.Where(trial => trial.Variant == variant && trial.Length <= length).ToList()
           where upTo.Count > 0
           select Of(variant, length, null, upTo),
    ];
    }
}
