namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// One step of a reading; see <see cref="MergeSchedule"/>. Chunks lie where the step finds them: growing comes before a step, shrinking
/// after it.
/// </summary>
internal abstract record ScheduleStep
{
    /// <summary>
    /// Reads a leaf's prefix and document, its overlap included, through the leaf's layers up to the last one's MLP; drops the overlap
    /// then.
    /// </summary>
    public sealed record ReadDocument(PlanNode Leaf, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Reads a leaf's suffix behind its document, through the same layers.</summary>
    /// <param name="Leaf">The leaf.</param>
    /// <param name="Chunk">Its chunk, which has room for the suffix.</param>
    /// <param name="Past">The tokens of prefix and document that are there already.</param>
    public sealed record ReadSuffix(PlanNode Leaf, LiveChunk Chunk, int Past) : ScheduleStep;

    /// <summary>
    /// Reads leaves side by side, suffixes included, through their layers up to the last one's MLP; drops their overlaps on the way.
    /// </summary>
    public sealed record ReadLeaves(IReadOnlyList<PlacedNode> Leaves) : ScheduleStep;

    /// <summary>Runs a node's layers over its merged children, up to the last one's MLP.</summary>
    public sealed record RunLayers(PlanNode Node, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Prunes a chunk to its target, between the attention and the MLP of its last layer.</summary>
    public sealed record Prune(PlanNode Node, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Runs the MLP of a chunk's last layer, over the survivors.</summary>
    public sealed record FinishLayers(PlanNode Node, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Merges a chunk with the next one above it.</summary>
    /// <param name="Left">The chunk that stays.</param>
    /// <param name="Right">The chunk that is merged into it.</param>
    /// <param name="Layers">The number of layers that both have been through.</param>
    /// <param name="Sibling">The number of children that the left chunk holds already.</param>
    public sealed record Merge(LiveChunk Left, LiveChunk Right, int Layers, int Sibling) : ScheduleStep;
}

/// <summary>A node of the plan and the chunk that holds its tokens.</summary>
internal readonly record struct PlacedNode(PlanNode Node, LiveChunk Chunk);
