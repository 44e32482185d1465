namespace Homer.Engine.Methods.Recall;

/// <summary>Chooses the tokens of a document that are read for an answer, by their scores.</summary>
internal static class PassageSelection
{
    /// <summary>
    /// Takes tokens with their neighbours, those of the highest score first, until there are enough. The last neighbourhood is cut where
    /// all of it would be too much: those nearest to its token are kept.
    /// </summary>
    /// <param name="scores">The score of each token of the document.</param>
    /// <param name="count">The number of tokens to choose.</param>
    /// <param name="neighbours">The number of tokens on each side of one that come with it.</param>
    /// <param name="bounds">The first tokens of the files that the document consists of, ascending; neighbours are of one file.</param>
    /// <returns>
    /// The indices of the chosen tokens in the order in which they are taken, so that fewer are the first of more: as many as wanted, or
    /// all.
    /// </returns>
    public static int[] Order(ReadOnlySpan<float> scores, int count, int neighbours, IReadOnlyList<int>? bounds = null)
    {
        count = Math.Min(count, scores.Length);
        var taken = new HashSet<int>(count);
        var order = new List<int>(count);
        foreach (int token in Best(scores, count))
        {
            (int first, int end) = FileOf(token, bounds, scores.Length);
            for (int distance = 0; distance <= neighbours && order.Count < count; distance++)
            {
                Take(token - distance);
                Take(token + distance);
            }

            if (order.Count == count)
                break;

            void Take(int candidate)
            {
                if (candidate >= first && candidate < end && order.Count < count && taken.Add(candidate))
                    order.Add(candidate);
            }
        }

        return [.. order];
    }

    /// <summary>Returns the tokens of the highest scores, the highest first; of equal ones the earlier comes first.</summary>
    internal static int[] Best(ReadOnlySpan<float> scores, int count)
    {
        // The worst of the best so far comes out first.
        var best = new PriorityQueue<int, (float Score, int Place)>(count + 1);
        for (int token = 0; token < scores.Length; token++)
        {
            (float, int) rank = (scores[token], -token);
            if (best.Count < count)
                best.Enqueue(token, rank);
            else if (best.TryPeek(out _, out var least) && rank.CompareTo(least) > 0)
                best.EnqueueDequeue(token, rank);
        }

        var sorted = new int[best.Count];
        for (int i = sorted.Length - 1; i >= 0; i--)
            sorted[i] = best.Dequeue();
        return sorted;
    }

    private static (int First, int End) FileOf(int token, IReadOnlyList<int>? bounds, int length)
    {
        if (bounds is null)
            return (0, length);
        int low = 0, high = bounds.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = bounds[middle] <= token ? (middle, high) : (low, middle);
        }

        return (bounds[low], low + 1 < bounds.Count ? bounds[low + 1] : length);
    }
}
