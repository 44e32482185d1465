namespace Homer.Engine.Evaluation.Statistics;

/// <summary>
/// The 95 % confidence interval of a mean over questions of which several share a document, by drawing documents again with replacement
/// (the percentile bootstrap, Efron 1979): questions about the same document are right or wrong together.
/// </summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ResampledInterval(double Low, double High)
{
    private const int Draws = 4000;

    /// <summary>
    /// Computes the interval; null for fewer than two documents, and where all questions have the same value: drawing says nothing then.
    /// </summary>
    /// <param name="values">The value of each question, by document.</param>
    public static ResampledInterval? Of(IReadOnlyList<IReadOnlyList<double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] all = [.. values.SelectMany(document => document).Distinct().Take(2)];
        if (values.Count < 2 || all.Length < 2)
            return null;
        (double Sum, int Count)[] documents = [.. values.Select(document => (document.Sum(), document.Count))];
        // The same seed: a table that is printed twice is the same.
        var random = new Random(1);
        var means = new double[Draws];
        for (int draw = 0; draw < Draws; draw++)
        {
            (double sum, int count) = (0, 0);
            for (int i = 0; i < documents.Length; i++)
            {
                (double ofOne, int questions) = documents[random.Next(documents.Length)];
                (sum, count) = (sum + ofOne, count + questions);
            }

            means[draw] = sum / count;
        }

        Array.Sort(means);
        return new(means[(int)(0.025 * Draws)], means[(int)(0.975 * Draws)]);
    }
}
