using System.Diagnostics;
using System.Globalization;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>Says how the training goes: the loss, and what is guessed right, in training and on documents that are held out.</summary>
internal sealed class ProgressReport(TextWriter log)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>After some steps.</summary>
    /// <param name="step">Steps so far.</param>
    /// <param name="tokens">Tokens of a document.</param>
    /// <param name="learned">Tokens learned from since this began.</param>
    /// <param name="tally">What was counted.</param>
    /// <param name="norm">The length of the last gradient.</param>
    public void OnTraining(int step, int tokens, double learned, LossTally tally, double norm)
    {
        double seconds = clock.Elapsed.TotalSeconds;
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{step} T{tokens} {seconds:F0}s {learned / seconds:F0} tok/s {Figures(tally)} |g| {norm:F2}"));
    }

    /// <summary>After an examination.</summary>
    public void OnHeldOut(LossTally tally) => log.WriteLine($"  held out: {Figures(tally)}");

    private static string Figures(LossTally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"loss {tally.Loss:F3} text {tally.Cost(TokenRole.Text):F3} facts {tally.Accuracy(TokenRole.Fact):P1} ({tally.Cost(TokenRole.Fact):F3}) "
        + $"one fact {tally.Accuracy(TokenRole.OnlyFact):P1} keys {tally.KeyAccuracy:P1} ends {tally.Accuracy(TokenRole.End):P1}");
}
