using Homer.Engine.Methods.Homer;

namespace Homer.Tests.Methods.Homer.Plan;

/// <summary>A node of a merge tree, in terms that every plan has.</summary>
internal sealed record PlannedNode(int Height, int FirstLayer, int EndLayer, int ContextStart, int Length, int Target);

/// <summary>
/// The tree of the published implementation, built level by level from the paper's description instead of Homer's recursion. It exists only
/// where the leaves fill a binary tree and every level has layers of its own.
/// </summary>
internal static class PublishedPlan
{
    /// <summary>Returns the nodes, each after its children; null where the published implementation has no plan.</summary>
    public static List<PlannedNode>? Create(PlanCase given)
    {
        (int prefix, int context, int suffix, int layers) = (given.Prefix, given.Context, given.Suffix, given.Layers);
        ResolvedHomerOptions options = given.Resolved;
        (int chunk, int target, int initialChunk, int warmup) = (options.Chunk, options.Target, options.InitialChunk, options.Warmup);
        int affixes = prefix + suffix, room = chunk - affixes;
        int needed = Math.Max(1, (int)Math.Ceiling(context / (double)(initialChunk - affixes)));
        int height = (int)Math.Ceiling(Math.Log2(needed)), leaves = 1 << height;
        int slice = (int)Math.Ceiling(context / (double)leaves), share = (layers - warmup) / (height + 1);
        int lastSlice = context - ((leaves - 1) * slice);
        if (share == 0 || (lastSlice < 1 && leaves > 1))
            return null;

        int Slice(int leaf) => leaf == leaves - 1 ? lastSlice : slice;
        var levels = new PlannedNode[height + 1][];
        for (int k = 0; k <= height; k++)
        {
            levels[k] = new PlannedNode[leaves >> k];
            for (int j = 0; j < levels[k].Length; j++)
            {
                int end = layers - ((height - k) * share), first = k == 0 ? 0 : end - share;
                int length = k == 0 ? affixes + Slice(j) : Kept(levels[k - 1][2 * j]) + Kept(levels[k - 1][(2 * j) + 1]) - affixes;
                levels[k][j] = new(k, first, end, (j << k) * slice, length, Target(k, j));
            }
        }

        var order = new List<PlannedNode>();
        Visit(height, 0);
        return order;

        int Target(int k, int j)
        {
            if (k == height)
                return Math.Min(target, prefix + context + suffix);
            // The first leaf of the right sibling, which is shorter only if it is the last of all.
            int half = prefix + (room / 2) + suffix, right = affixes + Slice((j | 1) << k);
            return right >= half ? half : j % 2 == 1 ? right : chunk - (right - prefix - suffix);
        }

        void Visit(int k, int j)
        {
            if (k > 0)
            {
                Visit(k - 1, 2 * j);
                Visit(k - 1, (2 * j) + 1);
            }

            order.Add(levels[k][j]);
        }
    }

    private static int Kept(PlannedNode node) => Math.Min(node.Length, node.Target);
}
