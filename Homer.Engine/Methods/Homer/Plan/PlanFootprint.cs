namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>How many tokens a run holds at once, found by walking the plan in the order in which it runs.</summary>
public sealed class PlanFootprint
{
    internal PlanFootprint(MergePlan plan, ResolvedHomerOptions options, int layers)
    {
        var walk = new Measuring(plan, options, layers);
        Finished = walk.Run();
        Layers = walk.Peak;
        Rows = walk.PeakRows;
        LongestPass = walk.LongestPass;
        TokenLayers = plan.Root.DepthFirst().Sum(node => (long)node.ReadLength * (node.EndLayer - node.FirstLayer));
    }

    /// <summary>For each layer, the most tokens whose keys and values are held at once.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>For each layer, the tokens whose keys and values the finished cache holds.</summary>
    public IReadOnlyList<int> Finished { get; }

    /// <summary>The most tokens whose hidden states are held at once.</summary>
    public int Rows { get; }

    /// <summary>The most tokens that go through a layer together, which activations must have room for.</summary>
    public int LongestPass { get; }

    /// <summary>Layers run, counted once for each token: the measure of the whole work.</summary>
    public long TokenLayers { get; }

    /// <summary>A walk that does nothing but keep count.</summary>
    private sealed class Measuring(MergePlan plan, ResolvedHomerOptions options, int layers) : PlanWalk(plan, layers)
    {
        public IReadOnlyList<int> Peak => Stack.Peak;

        public int PeakRows => Stack.PeakRows;

        public int LongestPass { get; private set; }

        public int[] Run() => [.. Walk().Layers.Select(layer => layer.Length)];

        protected override IEnumerable<LiveChunk> RunLeaves(IReadOnlyList<PlanNode> leaves)
        {
            // By itself, a leaf has dropped its overlap when its suffix comes.
            int later = options.RowsAtOnce == 0 ? Plan.SuffixLength : 0;
            LiveChunk[] chunks = [.. leaves.Select(leaf => Stack.Push(leaf.ReadLength - later))];
            LongestPass = Math.Max(LongestPass, chunks.Sum(chunk => chunk.Tokens));
            foreach (LiveChunk chunk in chunks)
                Stack.Append(chunk, 0, leaves[0].EndLayer, chunk.Tokens);
            foreach ((PlanNode leaf, LiveChunk chunk) in leaves.Zip(chunks))
            {
                Keep(chunk, 0, leaf.EndLayer, leaf.Length - later);
                if (later > 0)
                {
                    Stack.Extend(chunk, later);
                    LongestPass = Math.Max(LongestPass, chunk.Tokens);
                    Stack.Append(chunk, 0, leaf.EndLayer, later);
                }

                Prune(leaf, chunk);
            }

            return chunks;
        }

        protected override void RunNode(PlanNode node, LiveChunk chunk)
        {
            LongestPass = Math.Max(LongestPass, chunk.Tokens);
            Stack.Append(chunk, node.FirstLayer, node.EndLayer, chunk.Tokens);
            Prune(node, chunk);
        }

        protected override void Merge(LiveChunk left, LiveChunk right, int layers, int k) => Stack.Merge(left, right, layers, Plan.PrefixLength + Plan.SuffixLength);

        private void Prune(PlanNode node, LiveChunk chunk)
        {
            if (node.IsPruned)
                Keep(chunk, options.Refinement == Refinement.Propagative ? 0 : node.EndLayer - 1, node.EndLayer, node.Target);
        }

        private void Keep(LiveChunk chunk, int firstLayer, int endLayer, int tokens)
        {
            Stack.Keep(chunk, tokens);
            Stack.Keep(chunk, firstLayer, endLayer, tokens);
        }
    }
}
