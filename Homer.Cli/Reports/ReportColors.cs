using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>The colours of the variants: each has one colour and marker in all charts of a report, and one rank in all tables.</summary>
internal sealed class ReportColors(IEnumerable<TrialLog> logs)
{
    private readonly List<string> variants = [.. logs.SelectMany(log => log.Trials).Select(trial => trial.Variant).Distinct()];

    /// <summary>Returns the index of a variant's colour, in the order in which variants were measured.</summary>
    public int Of(string variant) => variants.IndexOf(variant);
}
