namespace Homer.Engine.Contexts;

/// <summary>
/// The order in which a reading chose tokens of a document, the best first. It is filled by methods that are <see cref="IRankingMethod"/>.
/// </summary>
public sealed class TokenRanking
{
    /// <summary>The most tokens of an order that are kept, whatever number of them is read.</summary>
    public const int Most = 4096;

    /// <summary>The indices of the first tokens; empty where all tokens of the document were read, so that none had to be chosen.</summary>
    public IReadOnlyList<int> Order { get; private set; } = [];

    /// <summary>Keeps the first tokens of an order.</summary>
    /// <param name="order">The indices of tokens of the document, the best first; none twice.</param>
    public void Set(IReadOnlyList<int> order)
    {
        ArgumentNullException.ThrowIfNull(order);
        Order = order.Count > Most ? [.. order.Take(Most)] : order;
    }

    /// <summary>Returns the least number of first tokens among which are all of some ranges; null if they are not all there.</summary>
    /// <param name="ranges">The ranges of tokens of the document.</param>
    public int? Needed(IEnumerable<Range> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        HashSet<int> missing =
            [.. ranges.SelectMany(range => Enumerable.Range(range.Start.Value, range.End.Value - range.Start.Value))];
        for (int i = 0; i < Order.Count; i++)
        {
            if (missing.Remove(Order[i]) && missing.Count == 0)
                return i + 1;
        }

        return null;
    }
}
