namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>A group of equal chunks of one height, counted instead of listed.</summary>
/// <param name="Height">The height of the chunks; 0 for leaves.</param>
/// <param name="Count">The number of chunks.</param>
/// <param name="Length">The number of tokens of each chunk, affixes included.</param>
/// <param name="KeptLength">The number of tokens that each chunk keeps.</param>
/// <param name="FirstLayer">The first layer that they run.</param>
/// <param name="EndLayer">The layer after the last one that they run.</param>
public sealed record PlanLevel(int Height, int Count, int Length, int KeptLength, int FirstLayer, int EndLayer)
{
    /// <summary>Returns the levels of a tree from the leaves up; within a height, in the order of the document.</summary>
    public static IReadOnlyList<PlanLevel> Of(MergePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return
        [
            .. plan.Root.DepthFirst()
                .GroupBy(node => (node.Height, node.Length, node.KeptLength, node.FirstLayer, node.EndLayer))
                .OrderBy(alike => alike.Key.Height)
                .Select(alike => new PlanLevel(
                    alike.Key.Height, alike.Count(), alike.Key.Length, alike.Key.KeptLength, alike.Key.FirstLayer, alike.Key.EndLayer)),
        ];
    }
}
