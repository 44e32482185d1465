using Homer.Engine.Methods.Homer.Plan;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// The fate of every document token: the height of the tree at which it was dropped, or that it survived. Give an empty map to a method
/// (<see cref="IMapsSurvivors"/>) and look at it once the context has been read.
/// </summary>
public sealed class SurvivorMap
{
    /// <summary>Stands in <see cref="DroppedAt"/> for a token that was not dropped.</summary>
    public const int Kept = -1;

    private MergePlan? plan;
    private ResolvedHomerOptions? options;
    private int[] droppedAt = [];

    /// <summary>The tree of the reading that filled the map last.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been read yet.</exception>
    public MergePlan Plan => plan ?? throw Empty();

    /// <summary>The settings of that reading.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been read yet.</exception>
    public ResolvedHomerOptions Options => options ?? throw Empty();

    /// <summary>For each context token, the height of the chunk that dropped it, or <see cref="Kept"/>.</summary>
    public IReadOnlyList<int> DroppedAt => droppedAt;

    /// <summary>Indices of the context tokens that survived, in order.</summary>
    public IEnumerable<int> Survivors => Enumerable.Range(0, droppedAt.Length).Where(token => droppedAt[token] == Kept);

    /// <summary>The position at which a context token was read in its leaf, and which it keeps for as long as it survives.</summary>
    /// <param name="token">Its index in the context.</param>
    public int PositionOf(int token) => Plan.DocumentPosition + (token % Plan.LeafDocumentLength);

    /// <summary>Empties the map for a reading that is about to begin.</summary>
    internal void Begin(MergePlan plan, ResolvedHomerOptions options)
    {
        this.plan = plan;
        this.options = options;
        droppedAt = new int[plan.DocumentLength];
        Array.Fill(droppedAt, Kept);
    }

    /// <summary>
    /// Notes who was dropped. A node's context tokens are those not dropped before, in order, from the start of its slice on: as many as it
    /// is long, affixes aside.
    /// </summary>
    internal void Record(PruningEvent pruning)
    {
        PlanNode node = pruning.Node;
        int token = node.DocumentStart, survivor = Plan.PrefixLength;
        for (int place = Plan.PrefixLength; place < node.Length - Plan.SuffixLength; place++, token++)
        {
            while (droppedAt[token] != Kept)
                token++;
            if (pruning.Kept[survivor] == place)
                survivor++;
            else
                droppedAt[token] = node.Height;
        }
    }

    private static InvalidOperationException Empty() => new("The map is empty: no run has filled it yet.");
}
