using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>
/// The whole tree of a run, decided from lengths alone (arXiv 2404.10308, section 3): which leaf reads what, which layers each node runs,
/// what length each is pruned to.
/// </summary>
/// <remarks>
/// The context is cut into 2^h leaves of equal length, or into full ones on request, the last ones shorter or missing. Of the layers after warm-up every height gets the
/// same share; what does not divide goes to the leaves. Where there are more heights than layers, nodes merge more than two children.
/// Independent chunks are the tree whose leaves run all layers and whose root, all there is above them, runs none.
/// </remarks>
public sealed class MergePlan
{
    // More than a quarter of a leaf's room is not read twice.
    private const int LargestOverlapShare = 4;

    private readonly ResolvedHomerOptions options;
    private readonly int affixes;
    private readonly int branching;
    private readonly long leavesTogether;
    private int nodes;

    private MergePlan(ResolvedHomerOptions options, int prefix, int context, int suffix, int layers)
    {
        this.options = options;
        PrefixLength = prefix;
        DocumentLength = context;
        SuffixLength = suffix;
        affixes = prefix + suffix;
        int available = options.Chunk - affixes, availableInLeaf = options.InitialChunk - affixes;
        Require(availableInLeaf >= 1, $"a chunk of {options.InitialChunk} tokens leaves no room for context beside {prefix} prefix and {suffix} suffix tokens; use chunks of at least {affixes + 1}");
        Require(options.Target >= affixes, $"a target of {options.Target} tokens cannot hold {prefix} prefix and {suffix} suffix tokens; use at least {affixes}");

        if (context > availableInLeaf)
        {
            Overlap = Math.Min(options.Overlap, availableInLeaf / LargestOverlapShare);
            availableInLeaf -= Overlap;
        }

        int leaves = Math.Max(1, DivideUp(context, availableInLeaf)), merging = layers - options.Warmup;
        branching = 2;
        Height = HeightOf(leaves, branching);
        LayersPerHeight = merging / (Height + 1);
        if (LayersPerHeight == 0 && !options.Independent)
        {
            Require(merging > 1, $"{leaves} chunks cannot merge in the {merging} layers after a warm-up of {options.Warmup}; lower the warm-up or use larger chunks");
            while (HeightOf(leaves, branching) > merging - 1)
                branching++;
            Height = HeightOf(leaves, branching);
            LayersPerHeight = merging / (Height + 1);
            Require(available >= branching, $"{leaves} chunks must merge {branching} at a time, but a chunk of {options.Chunk} tokens holds only {available} of context; use larger chunks or a lower warm-up");
        }

        LeafDocumentLength = options.FullLeaves ? Math.Min(availableInLeaf, context) : DivideUp(context, branching == 2 ? 1 << Height : leaves);
        LeafCount = Math.Max(1, DivideUp(context, Math.Max(1, LeafDocumentLength)));
        if (options.Independent)
        {
            branching = LeafCount;
            Height = HeightOf(LeafCount, branching);
            LayersPerHeight = 0;
        }

        LeafLayers = options.Warmup + merging - (LayersPerHeight * Height);
        int most = Math.Clamp(options.RowsAtOnce / (affixes + Overlap + LeafDocumentLength), 1, LeafCount), subtree = 1;
        while ((long)subtree * branching <= most && subtree < most)
            subtree *= branching;
        LeavesAtOnce = most / subtree * subtree;
        leavesTogether = (long)subtree * branching;
        Root = Build(Height, 0, Math.Min(options.Target, prefix + context + suffix));
        Leaves = [.. Root.DepthFirst().Where(node => node.Children.Count == 0)];
        Footprint = new(this, options, layers);
    }

    /// <summary>Tokens of the prefix.</summary>
    public int PrefixLength { get; }

    /// <summary>Tokens of the context.</summary>
    public int DocumentLength { get; }

    /// <summary>Tokens of the suffix.</summary>
    public int SuffixLength { get; }

    /// <summary>Merges between a leaf and the root.</summary>
    public int Height { get; }

    /// <summary>Layers that a node above the leaves runs.</summary>
    public int LayersPerHeight { get; }

    /// <summary>Layers that a leaf runs.</summary>
    public int LeafLayers { get; }

    /// <summary>Tokens before its own that a leaf reads as well; 0 where there is one leaf.</summary>
    public int Overlap { get; }

    /// <summary>Context tokens of every leaf but the last.</summary>
    public int LeafDocumentLength { get; }

    /// <summary>The number of leaves.</summary>
    public int LeafCount { get; }

    /// <summary>
    /// Leaves that run side by side, so that products have many rows: those of a subtree, or of several with the same parent, so that nothing but one chunk is left of them when the next come; 1 where a leaf is
    /// long itself.
    /// </summary>
    public int LeavesAtOnce { get; }

    /// <summary>The leaves, from the left.</summary>
    public IReadOnlyList<PlanNode> Leaves { get; }

    /// <summary>The top of the tree.</summary>
    public PlanNode Root { get; }

    /// <summary>What the run holds at its fullest moments.</summary>
    public PlanFootprint Footprint { get; }

    /// <summary>The position of a leaf's first own token.</summary>
    public int DocumentPosition => PrefixLength + Overlap;

    /// <summary>The number of a leaf, from the left.</summary>
    internal int LeafOf(PlanNode node) => node.DocumentStart / Math.Max(1, LeafDocumentLength);

    /// <summary>How many leaves run side by side from one on.</summary>
    internal int LeavesFrom(int leaf) => (int)Math.Min(Math.Min(LeavesAtOnce, LeafCount - leaf), leavesTogether - (leaf % leavesTogether));

    /// <summary>The position of the suffix's first token.</summary>
    public int SuffixPosition => DocumentPosition + (LeafCount > 1 ? LeafDocumentLength : DocumentLength);

    /// <summary>Plans a run.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="prefix">Tokens of the prefix.</param>
    /// <param name="context">Tokens of the context.</param>
    /// <param name="suffix">Tokens of the suffix.</param>
    /// <param name="config">The model.</param>
    /// <exception cref="HomerException">The settings leave no room for context, or no layers to merge in.</exception>
    public static MergePlan Create(ResolvedHomerOptions options, int prefix, int context, int suffix, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(config);
        return new(options, prefix, context, suffix, config.Layers);
    }

    private PlanNode Build(int height, int firstLeaf, int target)
    {
        if (height == 0)
        {
            int start = firstLeaf * LeafDocumentLength;
            return new() { Height = 0, FirstLayer = 0, EndLayer = LeafLayers, Number = nodes++, DocumentStart = start, Overlap = Math.Min(Overlap, start), Length = affixes + LeafLength(firstLeaf), Target = target };
        }

        int span = (int)Math.Pow(branching, height - 1);
        int[] first = [.. Enumerable.Range(0, branching).Select(child => firstLeaf + (child * span)).Where(leaf => leaf < LeafCount)];
        int[] targets = ChildTargets(first);
        PlanNode[] children = [.. first.Zip(targets, (leaf, childTarget) => Build(height - 1, leaf, childTarget))];
        int firstLayer = children[0].EndLayer, length = children.Sum(child => child.KeptLength - affixes) + affixes;
        return new()
        {
            Number = nodes++,
            Height = height,
            FirstLayer = firstLayer,
            EndLayer = firstLayer + LayersPerHeight,
            DocumentStart = children[0].DocumentStart,
            Children = children,
            Length = length,
            Target = options.Independent ? length : target,
        };
    }

    /// <summary>The lengths to which children are pruned, so that together they fill a chunk.</summary>
    private int[] ChildTargets(int[] firstLeaves)
    {
        if (options.Independent)
            return [.. Enumerable.Repeat(affixes + Math.Max(1, (options.Target - affixes) / firstLeaves.Length), firstLeaves.Length)];
        int share = affixes + ((options.Chunk - affixes) / firstLeaves.Length);
        int[] targets = [.. Enumerable.Repeat(share, firstLeaves.Length)];
        if (firstLeaves.Length == 2)
        {
            // Where the right half is made of leaves shorter than its share, the left half gets what they leave over.
            int right = affixes + LeafLength(firstLeaves[1]);
            if (right < share)
                targets = [options.Chunk - (right - affixes), right];
        }

        return targets;
    }

    private int LeafLength(int leaf) => Math.Min(LeafDocumentLength, DocumentLength - (leaf * LeafDocumentLength));

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
