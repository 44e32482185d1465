namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// The order of a run: depth first, left to right, so that one chunk a height waits for its right sibling; right to left would hold no less. But leaves run several side by side
/// (<see cref="MergePlan.LeavesAtOnce"/>).
/// </summary>
/// <param name="plan">The tree.</param>
/// <param name="layers">Layers of the model.</param>
internal abstract class PlanWalk(MergePlan plan, int layers)
{
    private readonly Queue<LiveChunk> ready = [];
    private int leavesRead;

    /// <summary>The tree.</summary>
    protected MergePlan Plan { get; } = plan;

    /// <summary>Where the live chunks are.</summary>
    protected ChunkStack Stack { get; } = new(layers);

    /// <summary>Runs all chunks; returns what is left, the root.</summary>
    protected LiveChunk Walk() => Walk(Plan.Root);

    /// <summary>Pushes leaves, one after another, and runs their layers.</summary>
    protected abstract IEnumerable<LiveChunk> RunLeaves(IReadOnlyList<PlanNode> leaves);

    /// <summary>Runs a node's layers over its merged children.</summary>
    protected abstract void RunNode(PlanNode node, LiveChunk chunk);

    /// <summary>Merges a chunk with the next one above it, the k-th of its siblings, in the layers that both have been through.</summary>
    protected abstract void Merge(LiveChunk left, LiveChunk right, int layers, int k);

    private LiveChunk Walk(PlanNode node)
    {
        if (node.Children.Count == 0)
            return NextLeaf();
        LiveChunk chunk = Walk(node.Children[0]);
        for (int k = 1; k < node.Children.Count; k++)
            Merge(chunk, Walk(node.Children[k]), node.FirstLayer, k);
        // Over independent chunks there is a root without layers.
        if (node.EndLayer > node.FirstLayer)
            RunNode(node, chunk);
        return chunk;
    }

    private LiveChunk NextLeaf()
    {
        if (ready.Count == 0)
        {
            PlanNode[] leaves = [.. Plan.Leaves.Skip(leavesRead).Take(Plan.LeavesFrom(leavesRead))];
            leavesRead += leaves.Length;
            foreach (LiveChunk chunk in RunLeaves(leaves))
                ready.Enqueue(chunk);
        }

        return ready.Dequeue();
    }
}
