namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// A step of a reading; see <see cref="MergeSchedule"/>. A chunk grows before the step that fills it, and shrinks after the step that
/// prunes it.
/// </summary>
internal abstract record ScheduleStep
{
    /// <summary>Reads a leaf's prefix, overlap and document up to the MLP of the leaf's last layer; then drops the overlap.</summary>
    public sealed record ReadDocument(PlanNode Leaf, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Reads a leaf's suffix after its document, up to the MLP of the leaf's last layer.</summary>
    /// <param name="Leaf">The leaf.</param>
    /// <param name="Chunk">Its chunk, which has room for the suffix.</param>
    /// <param name="Past">The number of tokens of prefix and document, which have been read.</param>
    public sealed record ReadSuffix(PlanNode Leaf, LiveChunk Chunk, int Past) : ScheduleStep;

    /// <summary>Reads leaves side by side, suffixes included, up to the MLP of their last layer; drops their overlaps on the way.</summary>
    public sealed record ReadLeaves(IReadOnlyList<PlacedNode> Leaves) : ScheduleStep;

    /// <summary>Runs a node's layers over its merged children, up to the MLP of the last layer.</summary>
    public sealed record RunLayers(PlanNode Node, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Prunes a chunk to its target, between the attention and the MLP of its last layer.</summary>
    public sealed record Prune(PlanNode Node, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Runs the MLP of a chunk's last layer over the survivors.</summary>
    public sealed record FinishLayers(PlanNode Node, LiveChunk Chunk) : ScheduleStep;

    /// <summary>Merges a chunk with the one after it.</summary>
    /// <param name="Left">The chunk that remains.</param>
    /// <param name="Right">The chunk that is merged into it.</param>
    /// <param name="Layers">The number of layers that both have been through.</param>
    /// <param name="Merged">The number of children that the left chunk is merged of so far.</param>
    public sealed record Merge(LiveChunk Left, LiveChunk Right, int Layers, int Merged) : ScheduleStep;
}

/// <summary>A node of the plan and the chunk that holds its tokens.</summary>
internal readonly record struct PlacedNode(PlanNode Node, LiveChunk Chunk);
