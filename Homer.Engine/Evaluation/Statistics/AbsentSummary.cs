using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Engine.Evaluation.Statistics;

/// <summary>Counts of answers that documents hold and that were refused, and of those that they do not hold and that were given.</summary>
public sealed record AbsentSummary
{
    /// <summary>The variant's name.</summary>
    public required string Variant { get; init => field = NotNull.Of(value); }

    /// <summary>The document's length in tokens.</summary>
    public required int Length { get; init; }

    /// <summary>The number of questions whose answer the document holds.</summary>
    public required int Present { get; init; }

    /// <summary>The number of those to which the answer was refused.</summary>
    public required int Refused { get; init; }

    /// <summary>The number of those that were answered right.</summary>
    public required int Right { get; init; }

    /// <summary>The number of questions whose answer the document does not hold.</summary>
    public required int Absent { get; init; }

    /// <summary>The number of those that were answered all the same.</summary>
    public required int Invented { get; init; }

    /// <summary>The 95 % confidence interval of the share that was refused.</summary>
    public WilsonInterval RefusedInterval => WilsonInterval.Of(Refused, Present);

    /// <summary>The 95 % confidence interval of the share that was invented.</summary>
    public WilsonInterval InventedInterval => WilsonInterval.Of(Invented, Absent);

    /// <summary>Returns a summary for each variant and length.</summary>
    /// <param name="trials">The trials; a document holds the answer where one is expected.</param>
    public static IReadOnlyList<AbsentSummary> ByLength(IEnumerable<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. from trial in trials
               group trial by (trial.Variant, trial.Length) into cell
               let present = cell.Where(trial => trial.Expected is { Length: > 0 }).ToList()
               let absent = cell.Except(present).ToList()
               select new AbsentSummary
               {
                   Variant = cell.Key.Variant,
                   Length = cell.Key.Length,
                   Present = present.Count,
                   Refused = present.Count(trial => trial.Right == false),
                   Right = present.Count(trial => trial.Found == 1),
                   Absent = absent.Count,
                   Invented = absent.Count(trial => trial.Right == false),
               },
        ];
    }
}
