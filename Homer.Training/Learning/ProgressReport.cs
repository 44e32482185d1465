using System.Diagnostics;
using System.Globalization;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>Writes the progress of a training: losses and accuracies, in training and on documents that are held out.</summary>
internal sealed class ProgressReport(TextWriter log)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Reports on the last steps.</summary>
    /// <param name="step">The number of steps so far.</param>
    /// <param name="tokens">The number of tokens in a document.</param>
    /// <param name="learned">The number of tokens learned from since this report was created.</param>
    /// <param name="tally">The losses of the last steps.</param>
    /// <param name="norm">The L2 norm of the last gradient.</param>
    public void OnTraining(int step, int tokens, double learned, LossTally tally, double norm)
    {
        double seconds = clock.Elapsed.TotalSeconds;
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{step} T{tokens} {seconds:F0}s {learned / seconds:F0} tok/s {Figures(tally)} |g| {norm:F2}"));
    }

    /// <summary>Reports on the validation set.</summary>
    public void OnValidation(LossTally tally) => log.WriteLine($"  held out: {Figures(tally)}");

    private static string Figures(LossTally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"loss {tally.Loss:F3} text {tally.MeanLoss(TokenRole.Text):F3} "
        + $"facts {tally.Accuracy(TokenRole.Fact):P1} ({tally.MeanLoss(TokenRole.Fact):F3}) "
        + $"one fact {tally.Accuracy(TokenRole.OnlyFact):P1} "
        + $"keys {tally.KeyAccuracy:P1} ends {tally.Accuracy(TokenRole.End):P1}");
}
