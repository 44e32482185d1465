using Homer.Engine.Methods.Homer.Plan;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// A map that says of every document token at which height of the tree it was dropped, or that it survived. A reading by an
/// <see cref="IPruningMethod"/> fills it.
/// </summary>
public sealed class SurvivorMap
{
    /// <summary>The value in <see cref="DroppedAt"/> of a token that was not dropped.</summary>
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

    /// <summary>For each document token, the height of the chunk that dropped it, or <see cref="Kept"/>.</summary>
    public IReadOnlyList<int> DroppedAt => droppedAt;

    /// <summary>The indices of the document tokens that survived, in ascending order.</summary>
    public IEnumerable<int> Survivors => Enumerable.Range(0, droppedAt.Length).Where(token => droppedAt[token] == Kept);

    /// <summary>Returns the position at which a document token was read in its leaf, and which it keeps as long as it survives.</summary>
    /// <param name="token">The index of the token in the document.</param>
    public int PositionOf(int token) => Plan.DocumentPosition + (token % Plan.LeafDocumentLength);

    /// <summary>Empties the map for a new reading.</summary>
    internal void Begin(MergePlan plan, ResolvedHomerOptions options)
    {
        this.plan = plan;
        this.options = options;
        droppedAt = new int[plan.DocumentLength];
        Array.Fill(droppedAt, Kept);
    }

    /// <summary>
    /// Records the tokens that a pruning has dropped. The document tokens of a node are those from the start of its slice on that were not
    /// dropped before, in order; the length of the node without affixes says how many they are.
    /// </summary>
    internal void Record(PruningEvent pruning)
    {
        PlanNode node = pruning.Node;
        int token = node.DocumentStart, survivor = Plan.PrefixLength;
        for (int index = Plan.PrefixLength; index < node.Length - Plan.SuffixLength; index++, token++)
        {
            while (droppedAt[token] != Kept)
                token++;
            if (pruning.Kept[survivor] == index)
                survivor++;
            else
                droppedAt[token] = node.Height;
        }
    }

    private static InvalidOperationException Empty() => new("The map is empty: no run has filled it yet.");
}
