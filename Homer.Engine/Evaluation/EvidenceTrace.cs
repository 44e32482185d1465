using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Run;

namespace Homer.Engine.Evaluation;

/// <summary>
/// Follows the tokens that state an answer through a reading: whether they were kept, and how many tokens it took to have them.
/// </summary>
internal sealed class EvidenceTrace
{
    private readonly IReadOnlyList<Range> evidence;
    private readonly SurvivorMap? survivors;
    private readonly TokenRanking? ranking;

    /// <summary>Prepares to follow tokens.</summary>
    /// <param name="method">The method that reads.</param>
    /// <param name="evidence">The tokens of the document; empty where they are not known.</param>
    public EvidenceTrace(IContextMethod method, IReadOnlyList<Range> evidence)
    {
        this.evidence = evidence;
        Method = method;
        if (evidence.Count == 0)
            return;
        if (method is IPruningMethod pruning)
            Method = pruning.WithSurvivors(survivors = new());
        else if (method is IRankingMethod choosing)
            Method = choosing.WithRanking(ranking = new());
    }

    /// <summary>The method, which tells what it keeps.</summary>
    public IContextMethod Method { get; }

    /// <summary>The least number of chosen tokens among which are all that are followed; null where it is not known.</summary>
    public int? Needed => ranking?.Needed(evidence);

    /// <summary>Returns the share of the tokens that a reading kept, 0 … 1; null where it is not known.</summary>
    /// <param name="context">What was read.</param>
    /// <param name="prefix">The number of tokens before the document.</param>
    public double? Kept(KvContext context, int prefix)
    {
        if (survivors is null && ranking is null)
            return null;
        int[] tokens = [.. evidence.SelectMany(part => Enumerable.Range(part.Start.Value, part.End.Value - part.Start.Value))];
        if (survivors is not null)
            return tokens.Average(token => survivors.DroppedAt[token] == SurvivorMap.Kept ? 1.0 : 0);
        HashSet<int> read = [.. context.Survivors.Tokens];
        return tokens.Average(token => read.Contains(prefix + token) ? 1.0 : 0);
    }
}
