using Homer.Engine.Models;

namespace Homer.Engine.Passages;

/// <summary>Learns of a model how much of a question a passage supplies that answers it, by <see cref="QuestionEvidence"/>.</summary>
public static class EvidenceLearner
{
    // Ordinary text lies below this many deviations above its mean, though it has many passages.
    private const double Deviations = 4;

    /// <summary>Learns the least shares of a question that a passage must supply to answer it, and to have to do with it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="probes">Questions with passages, some of them answered and some not.</param>
    /// <param name="progress">Receives the share of the work that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The least shares; null where the window has no room for a passage and a question, or a kind of probe is missing.</returns>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public static LearnedEvidence? Learn(
        TransformerModel model, IReadOnlyList<EvidenceProbe> probes, Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(probes);
        List<double> answered = [], others = [], ordinary = [];
        foreach ((int done, EvidenceProbe probe) in probes.Index())
        {
            using var evidence = QuestionEvidence.For(new(model, probe.Input) { Cancellation = cancellation });
            if (evidence is not null)
            {
                (probe.IsAnswered ? answered : others).Add(probe.Passages.Max(passage => evidence.Of([.. passage])));
                ordinary.AddRange(probe.Ordinary.Select(passage => evidence.Of([.. passage])));
            }

            progress?.Invoke((done + 1.0) / probes.Count);
        }

        if (answered.Count == 0 || others.Count == 0)
            return null;
        double answering = Between(answered, others);
        return new(answering, ordinary.Count == 0 ? answering : Math.Min(answering, Above(ordinary)));
    }

    /// <summary>Returns a value that the highest of many scores does not reach by chance.</summary>
    private static double Above(List<double> scores)
    {
        double mean = scores.Average();
        return mean + (Deviations * Math.Sqrt(scores.Average(score => (score - mean) * (score - mean))));
    }

    /// <summary>
    /// Returns the value that parts two kinds of scores so that the larger of the two shares on the wrong side is least: the middle, where
    /// a range of values does so.
    /// </summary>
    /// <param name="above">The scores that should be at least as large as the value; one or more.</param>
    /// <param name="below">The scores that should be smaller; one or more.</param>
    internal static double Between(IReadOnlyList<double> above, IReadOnlyList<double> below)
    {
        double[] all = [.. above.Concat(below).Distinct().Order()];
        double least = double.PositiveInfinity, low = all[0], high = all[0];
        for (int i = 0; i < all.Length; i++)
        {
            double value = all[i], wrong = Math.Max(
                above.Count(score => score < value) / (double)above.Count, below.Count(score => score >= value) / (double)below.Count);
            // From the score before this one to this one the shares are the same.
            if (wrong < least)
                (least, low) = (wrong, i > 0 ? all[i - 1] : value);
            if (wrong == least)
                high = value;
        }

        return (low + high) / 2;
    }
}
