using Homer.Engine.Evaluation.Trials;

namespace Homer.Engine.Evaluation.Statistics;

/// <summary>
/// The share of questions for which all tokens that state the answer are among the first tokens that a method chooses of the document.
/// </summary>
/// <param name="Tokens">The number of tokens that are chosen.</param>
/// <param name="Share">The share of questions, 0 … 1.</param>
/// <param name="Interval">Its 95 % confidence interval as if no two questions were about the same document.</param>
/// <param name="ByDocument"><inheritdoc cref="CellSummary.AccuracyByDocument"/></param>
public sealed record AmongChosen(int Tokens, double Share, WilsonInterval Interval, ResampledInterval? ByDocument)
{
    // Not more than a reading ranks; the two of the figures that are published first.
    private static readonly int[] Numbers = [512, 1024];

    /// <summary>Summarizes trials; empty where none says how many tokens it took.</summary>
    public static IReadOnlyList<AmongChosen> Of(IReadOnlyCollection<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        if (trials.All(trial => trial.Needed is null))
            return [];
        return [.. Numbers.Select(tokens =>
        {
            int among = trials.Count(IsAmong);
            return new AmongChosen(
                tokens, (double)among / trials.Count, WilsonInterval.Of(among, trials.Count),
                CellSummary.ByDocument(trials, trial => IsAmong(trial) ? 1 : 0));

            bool IsAmong(Trial trial) => trial.Needed <= tokens;
        })];
    }
}
