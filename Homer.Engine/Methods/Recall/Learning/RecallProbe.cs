using Homer.Engine.Checks;

namespace Homer.Engine.Methods.Recall.Learning;

/// <summary>A document with questions, of which it is known where their answers stand.</summary>
/// <param name="Prefix">The tokens before the document.</param>
/// <param name="Document">The tokens of the document.</param>
/// <param name="Questions">The questions; at least one.</param>
public sealed record RecallProbe(IReadOnlyList<int> Prefix, IReadOnlyList<int> Document, IReadOnlyList<ProbeQuestion> Questions)
{
    /// <summary><inheritdoc cref="RecallProbe" path="/param[@name='Prefix']/node()"/></summary>
    public IReadOnlyList<int> Prefix { get; init => field = NotNull.Of(value); } = NotNull.Of(Prefix);

    /// <summary><inheritdoc cref="RecallProbe" path="/param[@name='Document']/node()"/></summary>
    public IReadOnlyList<int> Document { get; init => field = NotNull.Of(value); } = NotNull.Of(Document);

    /// <summary><inheritdoc cref="RecallProbe" path="/param[@name='Questions']/node()"/></summary>
    public IReadOnlyList<ProbeQuestion> Questions { get; init => field = NotNull.Of(value); } = NotNull.Of(Questions);
}

/// <summary>A question about a document.</summary>
/// <param name="Suffix">The tokens after the document.</param>
/// <param name="Own">Those of the question itself.</param>
/// <param name="Evidence">The tokens of the document that answer it, in one place or several.</param>
public sealed record ProbeQuestion(IReadOnlyList<int> Suffix, Range Own, IReadOnlyList<Range> Evidence)
{
    /// <summary><inheritdoc cref="ProbeQuestion" path="/param[@name='Suffix']/node()"/></summary>
    public IReadOnlyList<int> Suffix { get; init => field = NotNull.Of(value); } = NotNull.Of(Suffix);

    /// <summary><inheritdoc cref="ProbeQuestion" path="/param[@name='Evidence']/node()"/></summary>
    public IReadOnlyList<Range> Evidence { get; init => field = NotNull.Of(value); } = NotNull.Of(Evidence);

    /// <summary>Returns the number of other tokens that score higher than the best of the evidence.</summary>
    /// <param name="scores">The score of each token.</param>
    /// <param name="neighbours">The number of tokens on each side of the evidence that bring it along.</param>
    public int Ahead(ReadOnlySpan<float> scores, int neighbours)
    {
        float best = float.NegativeInfinity;
        bool[] inside = new bool[scores.Length];
        foreach (Range range in Evidence)
        {
            int start = Math.Max(0, range.Start.Value - neighbours), end = Math.Min(scores.Length, range.End.Value + neighbours);
            for (int token = start; token < end; token++)
            {
                inside[token] = true;
                best = Math.Max(best, scores[token]);
            }
        }

        int ahead = 0;
        for (int token = 0; token < scores.Length; token++)
            ahead += !inside[token] && scores[token] > best ? 1 : 0;
        return ahead;
    }

    /// <summary>
    /// Returns how far the evidence is ahead of all other tokens, in deviations of the scores; within ± 3, so that no question counts more
    /// than others.
    /// </summary>
    /// <param name="scores">The score of each token.</param>
    /// <param name="neighbours">The number of tokens on each side of the evidence that bring it along.</param>
    public double Margin(ReadOnlySpan<float> scores, int neighbours)
    {
        const double Most = 3;
        double inside = double.NegativeInfinity, outside = double.NegativeInfinity, sum = 0, squares = 0;
        for (int token = 0; token < scores.Length; token++)
        {
            double score = scores[token];
            int at = token;
            if (Evidence.Any(range => at >= range.Start.Value - neighbours && at < range.End.Value + neighbours))
                inside = Math.Max(inside, score);
            else
                outside = Math.Max(outside, score);
            (sum, squares) = (sum + score, squares + (score * score));
        }

        double mean = sum / scores.Length, deviation = Math.Sqrt(Math.Max(0, (squares / scores.Length) - (mean * mean)));
        return deviation > 0 ? Math.Clamp((inside - outside) / deviation, -Most, Most) : 0;
    }
}
