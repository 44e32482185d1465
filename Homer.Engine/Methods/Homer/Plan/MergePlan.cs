using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// The tree of a reading, decided from lengths alone (arXiv 2404.10308, section 3): the slice of the document that each leaf reads, the
/// layers that each node runs, and the length to which it is pruned.
/// </summary>
/// <remarks>
/// The document is cut into 2^h leaves of equal length, or into full ones on request; the last ones may be shorter or missing. Every height
/// gets an equal share of the layers after warm-up, and leaves get the remainder too. Where there are more heights than layers, nodes merge
/// more than two children. The tree of independent chunks has leaves that run all layers, and a root over them that runs none.
/// </remarks>
public sealed class MergePlan
{
    // The overlap takes at most 1/4 of a leaf.
    private const int LargestOverlapShare = 4;

    private readonly ResolvedHomerOptions options;
    private readonly int affixes;
    private readonly int branching = 2;
    private readonly long leavesTogether;

    private MergePlan(ResolvedHomerOptions options, (int Prefix, int Document, int Suffix) lengths, ModelConfig config)
    {
        this.options = options;
        (PrefixLength, DocumentLength, SuffixLength) = lengths;
        Layers = config.Layers;
        affixes = PrefixLength + SuffixLength;
        RequireRoomForAffixes();
        int room = options.InitialChunk - affixes;
        Overlap = DocumentLength > room ? Math.Min(options.Overlap, room / LargestOverlapShare) : 0;
        room -= Overlap;

        int leaves = Math.Max(1, DivideUp(DocumentLength, room)), merging = Layers - options.Warmup;
        Height = HeightOf(leaves, branching);
        if (merging < Height + 1 && !options.Independent)
        {
            branching = BranchingFor(leaves, merging);
            Height = HeightOf(leaves, branching);
        }

        LeafDocumentLength = options.FullLeaves
            ? Math.Min(room, DocumentLength)
            : DivideUp(DocumentLength, branching == 2 ? 1 << Height : leaves);
        LeafCount = Math.Max(1, DivideUp(DocumentLength, Math.Max(1, LeafDocumentLength)));
        LayersPerHeight = merging / (Height + 1);
        if (options.Independent)
        {
            branching = LeafCount;
            Height = HeightOf(LeafCount, branching);
            LayersPerHeight = 0;
        }

        LeafLayers = options.Warmup + merging - (LayersPerHeight * Height);
        (LeavesAtOnce, leavesTogether) = SideBySide();
        Root = new TreeBuilder(this, options, branching).Build();
        Leaves = [.. Root.DepthFirst().Where(node => node.Children.Count == 0)];
        Footprint = new(this, config, sideBySide: options.RowsAtOnce > 0);
    }

    /// <summary>The number of layers of the model.</summary>
    public int Layers { get; }

    /// <summary>The number of tokens of the prefix.</summary>
    public int PrefixLength { get; }

    /// <summary>The number of tokens of the document.</summary>
    public int DocumentLength { get; }

    /// <summary>The number of tokens of the suffix.</summary>
    public int SuffixLength { get; }

    /// <summary>The number of merges between a leaf and the root.</summary>
    public int Height { get; }

    /// <summary>The number of layers that a node above the leaves runs.</summary>
    public int LayersPerHeight { get; }

    /// <summary>The number of layers that a leaf runs.</summary>
    public int LeafLayers { get; }

    /// <summary>The number of tokens before its own that a leaf reads too; 0 where there is one leaf.</summary>
    public int Overlap { get; }

    /// <summary>The number of document tokens of every leaf but the last.</summary>
    public int LeafDocumentLength { get; }

    /// <summary>The number of leaves.</summary>
    public int LeafCount { get; }

    /// <summary>
    /// The number of leaves that run side by side, so that matrix products have many rows; 1 where a leaf is long itself. They are those of
    /// a subtree, or of several with the same parent, so that they are merged into one chunk before the next leaves run.
    /// </summary>
    public int LeavesAtOnce { get; }

    /// <summary>The leaves, from the left.</summary>
    public IReadOnlyList<PlanNode> Leaves { get; }

    /// <summary>The root of the tree.</summary>
    public PlanNode Root { get; }

    /// <summary>The tokens that the reading holds at once, and its work.</summary>
    public PlanFootprint Footprint { get; }

    /// <summary>The position of a leaf's first own token.</summary>
    public int DocumentPosition => PrefixLength + Overlap;

    /// <summary>The position of the suffix's first token.</summary>
    public int SuffixPosition => DocumentPosition + (LeafCount > 1 ? LeafDocumentLength : DocumentLength);

    /// <summary>Plans a reading.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="prefix">The number of tokens of the prefix.</param>
    /// <param name="document">The number of tokens of the document.</param>
    /// <param name="suffix">The number of tokens of the suffix.</param>
    /// <param name="config">The model's shape.</param>
    /// <exception cref="HomerException">The settings leave no room for the document, or no layers to merge in.</exception>
    public static MergePlan Create(ResolvedHomerOptions options, int prefix, int document, int suffix, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(config);
        return new(options, (prefix, document, suffix), config);
    }

    /// <summary>Returns the index of a leaf, from the left.</summary>
    internal int LeafOf(PlanNode node) => node.DocumentStart / Math.Max(1, LeafDocumentLength);

    /// <summary>Returns the number of leaves that run side by side, beginning with a given one.</summary>
    internal int LeavesFrom(int leaf) =>
        (int)Math.Min(Math.Min(LeavesAtOnce, LeafCount - leaf), leavesTogether - (leaf % leavesTogether));

    /// <summary>
    /// Returns the first layer of the cache that is pruned with a node. Without refinement, lower layers keep all their tokens.
    /// </summary>
    internal int FirstPrunedLayer(PlanNode node) => options.Refinement == Refinement.Propagative ? 0 : node.EndLayer - 1;

    /// <summary>Returns the number of a leaf's own document tokens.</summary>
    internal int LengthOf(int leaf) => Math.Min(LeafDocumentLength, DocumentLength - (leaf * LeafDocumentLength));

    private void RequireRoomForAffixes()
    {
        Require(
            options.InitialChunk > affixes,
            $"a chunk of {options.InitialChunk} tokens leaves no room for context beside {PrefixLength} prefix and {SuffixLength} suffix "
            + $"tokens; use chunks of at least {affixes + 1}");
        Require(
            options.Target >= affixes,
            $"a target of {options.Target} tokens cannot hold {PrefixLength} prefix and {SuffixLength} suffix tokens; "
            + $"use at least {affixes}");
    }

    /// <summary>Returns the smallest number of children by which leaves merge in the layers at hand.</summary>
    private int BranchingFor(int leaves, int merging)
    {
        Require(
            merging > 1,
            $"{leaves} chunks cannot merge in the {merging} layers after a warm-up of {options.Warmup}; "
            + "lower the warm-up or use larger chunks");
        int children = 2, room = options.Chunk - affixes;
        while (HeightOf(leaves, children) > merging - 1)
            children++;
        Require(
            room >= children,
            $"{leaves} chunks must merge {children} at a time, but a chunk of {options.Chunk} tokens holds only {room} of context; "
            + "use larger chunks or a lower warm-up");
        return children;
    }

    private (int AtOnce, long Together) SideBySide()
    {
        int most = Math.Clamp(options.RowsAtOnce / Math.Max(1, affixes + Overlap + LeafDocumentLength), 1, LeafCount), subtree = 1;
        while ((long)subtree * branching <= most && subtree < most)
            subtree *= branching;
        return (most / subtree * subtree, (long)subtree * branching);
    }

    private static int HeightOf(int leaves, int branching)
    {
        int height = 0;
        for (long reach = 1; reach < leaves; reach *= branching)
            height++;
        return height;
    }

    private static int DivideUp(int a, int b) => (int)(((long)a + b - 1) / b);

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new HomerException($"This document cannot be planned: {otherwise}.");
    }
}
