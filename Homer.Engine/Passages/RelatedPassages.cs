namespace Homer.Engine.Passages;

/// <summary>
/// Tells which passages belong to a question, by <see cref="QuestionEvidence"/>. Passages of one kind supply about the same share of a
/// question, which depends on its wording: those that supply at least half of what the best one does belong together.
/// </summary>
public static class RelatedPassages
{
    /// <summary>The most passages that are compared with a question.</summary>
    public const int Most = 1024;

    private const int AtOnce = 64;

    private const double OfBest = 0.5;

    /// <summary>Returns the passages that belong to a question.</summary>
    /// <param name="evidence">The measure, with the question.</param>
    /// <param name="ranked">
    /// Passages in an order in which those that belong to the question come early. They are looked at until, of many in a row, none does.
    /// </param>
    /// <param name="least">The least share of the question that a passage must supply to belong to any.</param>
    /// <param name="progress">Receives the number of passages that were looked at.</param>
    /// <returns>The passages with their share as the score, the highest first; and the least share of those.</returns>
    public static (IReadOnlyList<Passage> Passages, double Least) Of(
        QuestionEvidence evidence, IEnumerable<Passage> ranked, double least, Action<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(ranked);
        List<Passage> found = [];
        int seen = 0;
        foreach (Passage[] some in ranked.Take(Most).Chunk(AtOnce))
        {
            int before = found.Count;
            foreach (Passage passage in some)
            {
                double share = evidence.Of(passage.Ids(evidence.Room));
                if (share >= least)
                    found.Add(passage with { Score = share });
                progress?.Invoke(++seen);
            }

            if (found.Count == before)
                break;
        }

        double bound = found.Count == 0 ? least : Math.Max(least, OfBest * found.Max(passage => passage.Score));
        return ([.. found.Where(passage => passage.Score >= bound).OrderByDescending(passage => passage.Score)], bound);
    }
}
