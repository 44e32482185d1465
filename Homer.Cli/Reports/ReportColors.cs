using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>Every variant has the same colour and mark in all charts of a report, and the same place in all tables.</summary>
internal sealed class ReportColors(IEnumerable<TrialLog> logs)
{
    private readonly List<string> variants = [.. logs.SelectMany(log => log.Trials).Select(trial => trial.Variant).Distinct()];

    public int Of(string variant) => variants.IndexOf(variant);
}
