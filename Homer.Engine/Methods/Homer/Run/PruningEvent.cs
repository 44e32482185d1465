using Homer.Engine.Methods.Homer.Plan;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>A pruning that has happened. Survivors are read back from the device only where there is an observer.</summary>
/// <param name="Node">The node that was pruned.</param>
/// <param name="Layer">The layer between whose attention and MLP it was pruned.</param>
/// <param name="Kept">The indices of the survivors among the node's tokens.</param>
internal sealed record PruningEvent(PlanNode Node, int Layer, int[] Kept);
