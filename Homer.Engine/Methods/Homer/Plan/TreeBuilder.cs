namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>Builds the nodes of a plan whose leaves, heights and layers are decided.</summary>
/// <param name="plan">The plan.</param>
/// <param name="options">The settings.</param>
/// <param name="branching">The most children that a node merges.</param>
internal sealed class TreeBuilder(MergePlan plan, ResolvedHomerOptions options, int branching)
{
    private readonly int affixes = plan.PrefixLength + plan.SuffixLength;
    private int nodes;

    /// <summary>Builds the tree and returns its root.</summary>
    public PlanNode Build() => Build(plan.Height, 0, Math.Min(options.Target, affixes + plan.DocumentLength));

    private PlanNode Build(int height, int firstLeaf, int target)
    {
        if (height == 0)
            return Leaf(firstLeaf, target);
        int span = (int)Math.Pow(branching, height - 1);
        int[] first = [.. Enumerable.Range(0, branching).Select(child => firstLeaf + (child * span)).Where(leaf => leaf < plan.LeafCount)];
        PlanNode[] children = [.. first.Zip(ChildTargets(first), (leaf, childTarget) => Build(height - 1, leaf, childTarget))];
        int firstLayer = children[0].EndLayer, length = children.Sum(child => child.KeptLength - affixes) + affixes;
        return new()
        {
            Number = nodes++,
            Height = height,
            FirstLayer = firstLayer,
            EndLayer = firstLayer + plan.LayersPerHeight,
            DocumentStart = children[0].DocumentStart,
            Children = children,
            Length = length,
            Target = options.Independent ? length : target,
        };
    }

    private PlanNode Leaf(int leaf, int target)
    {
        int start = leaf * plan.LeafDocumentLength;
        return new()
        {
            Number = nodes++,
            Height = 0,
            FirstLayer = 0,
            EndLayer = plan.LeafLayers,
            DocumentStart = start,
            Overlap = Math.Min(plan.Overlap, start),
            Length = affixes + plan.LengthOf(leaf),
            Target = target,
        };
    }

    /// <summary>Returns the lengths to which children are pruned, so that together they fill a chunk.</summary>
    private int[] ChildTargets(int[] firstLeaves)
    {
        int count = firstLeaves.Length;
        if (options.Independent)
            return [.. Enumerable.Repeat(affixes + Math.Max(1, (options.Target - affixes) / count), count)];
        int share = affixes + ((options.Chunk - affixes) / count);
        if (count == 2)
        {
            // Where the right half consists of leaves shorter than its share, the left half gets the rest.
            int right = affixes + plan.LengthOf(firstLeaves[1]);
            if (right < share)
                return [options.Chunk - (right - affixes), right];
        }

        return [.. Enumerable.Repeat(share, count)];
    }
}
