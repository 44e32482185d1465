namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// The steps of a reading in their order, depth first and from left to right, so that at most one chunk of each height waits for its right
/// sibling. The schedule tracks where live chunks lie; <see cref="Run.HomerRun"/> executes the steps, <see cref="PlanFootprint"/> counts
/// them.
/// </summary>
/// <param name="plan">The tree.</param>
/// <param name="sideBySide">
/// Whether leaves run side by side, suffixes included (<see cref="MergePlan.LeavesAtOnce"/>); otherwise each runs alone, its document
/// first.
/// </param>
internal sealed class MergeSchedule(MergePlan plan, bool sideBySide)
{
    private readonly Queue<LiveChunk> ready = [];
    private LiveChunk? last;
    private int leavesRead;

    /// <summary>The places of all live chunks.</summary>
    public ChunkStack Stack { get; } = new(plan.Layers);

    /// <summary>The chunk that was finished last; at the end, the root.</summary>
    public LiveChunk Root => last ?? throw new InvalidOperationException("No step has been taken.");

    /// <summary>Yields the steps; enumerate them once. Chunks shrink when the next step is requested.</summary>
    public IEnumerable<ScheduleStep> Steps() => Steps(plan.Root);

    private IEnumerable<ScheduleStep> Steps(PlanNode node)
    {
        if (node.Children.Count == 0)
            return NextLeaf();
        // The root of independent chunks runs no layers.
        return node.EndLayer > node.FirstLayer ? MergeChildren(node).Concat(RunMerged(node)) : MergeChildren(node);
    }

    private IEnumerable<ScheduleStep> MergeChildren(PlanNode node)
    {
        LiveChunk? merged = null;
        for (int k = 0; k < node.Children.Count; k++)
        {
            foreach (ScheduleStep step in Steps(node.Children[k]))
                yield return step;
            if (merged is null)
            {
                merged = Root;
                continue;
            }

            yield return new ScheduleStep.Merge(merged, Root, node.FirstLayer, k);
            Stack.Merge(merged, Root, node.FirstLayer, plan.PrefixLength + plan.SuffixLength);
            last = merged;
        }
    }

    private IEnumerable<ScheduleStep> RunMerged(PlanNode node)
    {
        LiveChunk chunk = Root;
        Stack.Append(chunk, node.FirstLayer, node.EndLayer, chunk.Tokens);
        yield return new ScheduleStep.RunLayers(node, chunk);
        foreach (ScheduleStep step in Finish(node, chunk))
            yield return step;
    }

    private IEnumerable<ScheduleStep> NextLeaf()
    {
        if (ready.Count == 0)
        {
            PlanNode[] leaves = [.. plan.Leaves.Skip(leavesRead).Take(plan.LeavesFrom(leavesRead))];
            leavesRead += leaves.Length;
            foreach (ScheduleStep step in sideBySide ? ReadTogether(leaves) : leaves.SelectMany(ReadAlone))
                yield return step;
        }

        last = ready.Dequeue();
    }

    /// <summary>Reads a leaf in two parts: the first does not depend on the question and may be kept.</summary>
    private IEnumerable<ScheduleStep> ReadAlone(PlanNode leaf)
    {
        int document = leaf.Length - plan.SuffixLength;
        LiveChunk chunk = Stack.Push(leaf.Overlap + document);
        Stack.Append(chunk, 0, leaf.EndLayer, chunk.Tokens);
        yield return new ScheduleStep.ReadDocument(leaf, chunk);
        Keep(chunk, 0, leaf.EndLayer, document);
        Stack.Extend(chunk, plan.SuffixLength);
        Stack.Append(chunk, 0, leaf.EndLayer, plan.SuffixLength);
        yield return new ScheduleStep.ReadSuffix(leaf, chunk, document);
        foreach (ScheduleStep step in Finish(leaf, chunk))
            yield return step;
        ready.Enqueue(chunk);
    }

    private IEnumerable<ScheduleStep> ReadTogether(PlanNode[] leaves)
    {
        PlacedNode[] placed = [.. leaves.Select(leaf => new PlacedNode(leaf, Stack.Push(leaf.ReadLength)))];
        foreach ((PlanNode leaf, LiveChunk chunk) in placed)
            Stack.Append(chunk, 0, leaf.EndLayer, chunk.Tokens);
        yield return new ScheduleStep.ReadLeaves(placed);
        foreach ((PlanNode leaf, LiveChunk chunk) in placed)
        {
            Keep(chunk, 0, leaf.EndLayer, leaf.Length);
            foreach (ScheduleStep step in Finish(leaf, chunk))
                yield return step;
            ready.Enqueue(chunk);
        }
    }

    private IEnumerable<ScheduleStep> Finish(PlanNode node, LiveChunk chunk)
    {
        if (node.IsPruned)
        {
            yield return new ScheduleStep.Prune(node, chunk);
            Keep(chunk, plan.FirstPrunedLayer(node), node.EndLayer, node.Target);
        }

        yield return new ScheduleStep.FinishLayers(node, chunk);
    }

    private void Keep(LiveChunk chunk, int firstLayer, int endLayer, int tokens)
    {
        Stack.Keep(chunk, tokens);
        Stack.Keep(chunk, firstLayer, endLayer, tokens);
    }
}
