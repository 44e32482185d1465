namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>One chunk of the tree: a leaf that reads a slice of the context, or a node that goes on from its merged children.</summary>
public sealed record PlanNode
{
    /// <summary>0 for a leaf.</summary>
    public required int Height { get; init; }

    /// <summary>The first layer it runs.</summary>
    public required int FirstLayer { get; init; }

    /// <summary>The layer after the last one it runs.</summary>
    public required int EndLayer { get; init; }

    /// <summary>The index of the first document token of its slice.</summary>
    public required int DocumentStart { get; init; }

    /// <summary>The number of document tokens before its slice that a leaf reads as well, and drops before it reads the suffix.</summary>
    public int Overlap { get; init; }

    /// <summary>The number of tokens that it runs on, affixes included.</summary>
    public required int Length { get; init; }

    /// <summary>The number of tokens that it is pruned to in its last layer, if it is longer.</summary>
    public required int Target { get; init; }

    /// <summary>The nodes that it is merged from, left to right; empty for a leaf.</summary>
    public IReadOnlyList<PlanNode> Children { get; init; } = [];

    /// <summary>The index of the node in <see cref="DepthFirst"/>.</summary>
    public int Number { get; init; }

    /// <summary>True if the node is longer than its target.</summary>
    public bool IsPruned => Length > Target;

    /// <summary>The number of tokens that it reads, its overlap included.</summary>
    public int ReadLength => Overlap + Length;

    /// <summary>The number of tokens that leave it.</summary>
    public int KeptLength => Math.Min(Length, Target);

    /// <summary>
    /// This node and all below it, each after its children: the order in which they run, but for leaves that run side by side.
    /// </summary>
    public IEnumerable<PlanNode> DepthFirst() => Children.SelectMany(child => child.DepthFirst()).Append(this);
}
