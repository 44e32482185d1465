namespace Homer.Engine.Methods.Recall.Learning;

/// <summary>
/// Gathers the scores that evidence reaches and the highest of all other tokens, and finds the score that parts them.
/// </summary>
/// <remarks>
/// The more tokens a document has, the higher their best score is by chance. The tail of scores falls about exponentially, so that the best
/// of n times as many tokens is higher by ln n times the tail's mean excess.
/// </remarks>
internal sealed class EvidenceScores
{
    // A threshold holds for documents of up to this length in tokens.
    private const double Longest = 1 << 17;

    // The highest scores, by which the tail is known; neighbours often share them.
    private const int Tail = 32;

    // The share of the evidence that may lie below the threshold, where all of it cannot be above.
    private const double Missed = 0.05;

    private readonly List<double> inside = [];
    private readonly List<(double Highest, double Excess, int Tokens)> outside = [];

    /// <summary>Takes the scores of a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="evidence">The tokens that answer any question about the document: none of them counts as another token.</param>
    /// <param name="scores">The score of each token.</param>
    /// <param name="neighbours">The number of tokens on each side of evidence that belong to it.</param>
    public void Add(ProbeQuestion question, IReadOnlyList<Range> evidence, ReadOnlySpan<float> scores, int neighbours)
    {
        float[] others = scores.ToArray();
        foreach (Range range in evidence)
            Around(range, others, neighbours).Fill(float.NegativeInfinity);
        double best = double.NegativeInfinity;
        foreach (Range range in question.Evidence)
        {
            foreach (float score in Around(range, scores.ToArray(), neighbours))
                best = Math.Max(best, score);
        }

        int[] highest = PassageSelection.Best(others, Tail);
        float least = others[highest[^1]];
        if (!float.IsFinite(least) || !double.IsFinite(best))
            return;
        inside.Add(best);
        outside.Add((others[highest[0]], highest.Average(token => others[token] - least), others.Length));
    }

    /// <summary>Returns the least score of a passage that answers; null where nothing was taken.</summary>
    public double? Threshold()
    {
        if (inside.Count == 0)
            return null;
        double[] reached = [.. inside.Order()];
        double low = reached[(int)(Missed * reached.Length)];
        double excess = outside.Average(one => one.Excess);
        double chance = outside.Average(one => one.Highest + (excess * Math.Log(Math.Max(1, Longest / one.Tokens))));
        return (low + chance) / 2;
    }

    private static Span<float> Around(Range range, float[] scores, int neighbours)
    {
        int start = Math.Max(0, range.Start.Value - neighbours), end = Math.Min(scores.Length, range.End.Value + neighbours);
        return scores.AsSpan(start, Math.Max(0, end - start));
    }
}
