namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>A chunk of the tree: a leaf that reads a slice of the document, or a node that continues its merged children.</summary>
public sealed record PlanNode
{
    /// <summary>The number of merges below it; 0 for a leaf.</summary>
    public required int Height { get; init; }

    /// <summary>The first layer that it runs.</summary>
    public required int FirstLayer { get; init; }

    /// <summary>The layer after the last one that it runs.</summary>
    public required int EndLayer { get; init; }

    /// <summary>The document token at which its slice begins.</summary>
    public required int DocumentStart { get; init; }

    /// <summary>The number of tokens before its slice that a leaf reads too, and drops before it reads the suffix.</summary>
    public int Overlap { get; init; }

    /// <summary>The number of its tokens, affixes included.</summary>
    public required int Length { get; init; }

    /// <summary>The number of tokens to which it is pruned in its last layer, if it is longer.</summary>
    public required int Target { get; init; }

    /// <summary>The nodes that it is merged from, left to right; none for a leaf.</summary>
    public IReadOnlyList<PlanNode> Children { get; init; } = [];

    /// <summary>Its index in <see cref="DepthFirst"/>.</summary>
    public int Number { get; init; }

    /// <summary>Whether the node is longer than its target.</summary>
    public bool IsPruned => Length > Target;

    /// <summary>The number of tokens that it reads, its overlap included.</summary>
    public int ReadLength => Overlap + Length;

    /// <summary>The number of tokens that it keeps.</summary>
    public int KeptLength => Math.Min(Length, Target);

    /// <summary>
    /// Yields this node and all below it, each after its children. Nodes run in this order, except that leaves may run side by side.
    /// </summary>
    public IEnumerable<PlanNode> DepthFirst() => Children.SelectMany(child => child.DepthFirst()).Append(this);
}
