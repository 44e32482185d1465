namespace Homer.Engine.Contexts.Hierarchical;

/// <summary>
/// How many tokens a run holds at once, found by walking the plan in the order in which it runs. Live chunks lie one after another, as on
/// a stack: those that wait for their right sibling, then the one that is worked on.
/// </summary>
public sealed class PlanFootprint
{
    private readonly int[] peak;
    private readonly int[] waiting;
    private readonly int affixes;
    private readonly int suffix;
    private readonly Refinement refinement;
    private int waitingRows;

    internal PlanFootprint(PlanNode root, int layers, int prefix, int suffix, Refinement refinement)
    {
        peak = new int[layers];
        waiting = new int[layers];
        affixes = prefix + suffix;
        this.suffix = suffix;
        this.refinement = refinement;
        Finished = Walk(root);
        LongestChunk = root.DepthFirst().Max(Longest);
        TokenLayers = root.DepthFirst().Sum(node => (long)(node.Length + node.Overlap) * (node.EndLayer - node.FirstLayer));
    }

    /// <summary>For each layer, the most tokens whose keys and values are held at once.</summary>
    public IReadOnlyList<int> Layers => peak;

    /// <summary>For each layer, the tokens whose keys and values the finished cache holds.</summary>
    public IReadOnlyList<int> Finished { get; }

    /// <summary>The most tokens whose hidden states are held at once.</summary>
    public int Rows { get; private set; }

    /// <summary>Tokens of the longest chunk, which activations must have room for.</summary>
    public int LongestChunk { get; }

    /// <summary>Layers run, counted once for each token: the measure of the whole work.</summary>
    public long TokenLayers { get; }

    /// <summary>The most tokens that a node runs on at once: a leaf has dropped its overlap when its suffix comes.</summary>
    private int Longest(PlanNode node) => Math.Max(node.Length, node.Length - suffix + node.Overlap);

    /// <summary>Returns the tokens that the node leaves in each layer.</summary>
    private int[] Walk(PlanNode node)
    {
        int[] held = new int[peak.Length];
        int rows = 0;
        foreach (PlanNode child in node.Children)
        {
            int[] added = Walk(child);
            for (int layer = 0; layer < child.EndLayer; layer++)
            {
                int merged = added[layer] + (held[layer] == 0 ? 0 : held[layer] - affixes);
                waiting[layer] += merged - held[layer];
                held[layer] = merged;
            }

            int mergedRows = child.KeptLength + (rows == 0 ? 0 : rows - affixes);
            waitingRows += mergedRows - rows;
            rows = mergedRows;
        }

        int longest = Longest(node);
        for (int layer = 0; layer < node.EndLayer; layer++)
        {
            bool runs = layer >= node.FirstLayer;
            if (!runs)
                waiting[layer] -= held[layer];
            peak[layer] = Math.Max(peak[layer], waiting[layer] + (runs ? longest : held[layer]));
        }

        waitingRows -= rows;
        Rows = Math.Max(Rows, waitingRows + longest);
        Array.Fill(held, node.Length, node.FirstLayer, node.EndLayer - node.FirstLayer);
        int pruned = refinement == Refinement.Propagative ? node.EndLayer : 1;
        if (node.Length > node.Target)
            Array.Fill(held, node.Target, node.EndLayer - pruned, pruned);
        return held;
    }
}
