using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>Turns logs of trials into the sections of a report.</summary>
internal static class Report
{
    private static readonly string[] Order = ["passkey", "qa", "perplexity", "memory", "ablation"];

    /// <summary>Creates a section for every log that holds trials, ordered by task and then by name.</summary>
    /// <param name="logs">The logs, each with the name of its section.</param>
    /// <exception cref="HomerException">There are no trials.</exception>
    public static IReadOnlyList<ReportSection> Sections(IEnumerable<(string Name, TrialLog Log)> logs)
    {
        (string Name, TrialLog Log)[] measured =
        [
            .. logs.Where(entry => entry.Log.Trials.Count > 0)
                .OrderBy(entry => Rank(entry.Log)).ThenBy(entry => entry.Name, StringComparer.Ordinal),
        ];
        if (measured.Length == 0)
            throw new HomerException("No trials were measured; there is nothing to report.");
        var colors = new ReportColors(measured.Select(entry => entry.Log));
        return [.. measured.Select(entry => Section(entry.Name, entry.Log, colors))];
    }

    private static int Rank(TrialLog log) => Array.IndexOf(Order, Task(log)) is var rank and >= 0 ? rank : Order.Length;

    private static string Task(TrialLog log) => log.Settings.GetValueOrDefault("task", "");

    private static ReportSection Section(string name, TrialLog log, ReportColors colors)
    {
        string asked = log.Settings.GetValueOrDefault("question") == "bare"
            ? "The question is asked bare; HOMER reads the document again where the model is unsure."
            : "The answer is begun for the model, up to the word that counts.";
        string facts = log.Settings.GetValueOrDefault("facts", "1");
        return Task(log) switch
        {
            "perplexity" => PerplexitySection.Create(name, log, colors),
            "memory" => MemorySection.Create(name, log, colors),
            "ablation" => AblationSection.Create(name, log, colors),
            "passkey" => AccuracySection.Create(
                name, "Finding a pass key",
                $"Five digits are told once, at some depth of a long document, and asked for at its end. {asked}",
                "pass keys found", log, colors),
            _ when log.Settings.ContainsKey("data") => AccuracySection.Create(
                name, "Choosing an answer",
                "Multiple-choice questions about long documents: the answer that the model finds most probable counts as chosen.",
                "answers right", log, colors),
            _ => AccuracySection.Create(
                name, facts == "1" ? "Answering questions" : $"Answering questions, {facts} facts a document",
                $"Long documents tell who hid what where, {(facts == "1" ? "once" : facts + " times over")}, and are asked about it. "
                    + asked,
                "answers right", log, colors),
        };
    }
}
