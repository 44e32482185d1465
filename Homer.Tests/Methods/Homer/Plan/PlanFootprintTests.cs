using CsCheck;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;

namespace Homer.Tests.Methods.Homer.Plan;

/// <summary>Compares the peaks of plans with a simulation that allocates and frees a cell for every token in every layer.</summary>
public sealed class PlanFootprintTests
{
    [Fact]
    public void Peaks_are_those_of_a_simulated_run() => PlanCase.Any.Where(given => given.Context < 20_000).Sample(
        given =>
        {
            if (given.TryPlan() is not { } plan)
                return;
            var simulation = new Simulation(given, plan, plan.LeavesFrom);
            Assert.Equal(simulation.Peak, plan.Footprint.Layers);
            Assert.Equal(simulation.Finished, plan.Footprint.Finished);
            Assert.Equal(simulation.PeakRows, plan.Footprint.Rows);
            Assert.Equal(simulation.Longest, plan.Footprint.LongestPass);
            Assert.Equal(simulation.Work, plan.Footprint.TokenLayers);
        },
        iter: 200);

    /// <summary>
    /// This is why a plan has one order only. (It does not hold with an initial chunk of less than half a chunk: there the published
    /// targets leave more to the left side, and right first would hold up to a third less; but chunks merge in place, in the order of the
    /// text. Nor with a target above a chunk: no leaf is pruned then, and those on the left may be a token longer.)
    /// </summary>
    [Fact]
    public void Merging_the_right_side_first_never_holds_less() => PlanCase.Any.Where(given => given.Context < 20_000).Sample(
        given =>
        {
            if (given.Options is not { InitialChunk: null, Overlap: 0 } || given.TryPlan() is not { } plan
                || given.Resolved.Target > given.Resolved.Chunk)
            {
                return;
            }

            Simulation ordered = new(given, plan, _ => 1), mirrored = new(given, plan, _ => 1, rightFirst: true);
            Assert.InRange(ordered.PeakRows, 0, mirrored.PeakRows);
            Assert.InRange(ordered.Peak.Sum(), 0, mirrored.Peak.Sum());
        },
        iter: 200);

    /// <summary>Leaves that run in one batch take at most the rows of one pass more than leaves that run one at a time.</summary>
    [Fact]
    public void A_batch_of_leaves_takes_at_most_one_pass_more() => PlanCase.Any.Where(given => given.Context < 20_000).Sample(
        given =>
        {
            if (given.TryPlan() is not { } plan)
                return;
            int oneAtATime = new Simulation(given, plan, _ => 1).PeakRows;
            Assert.InRange(plan.Footprint.Rows - oneAtATime, 0, plan.LeavesAtOnce == 1 ? 0 : given.Resolved.RowsAtOnce);
        },
        iter: 200);

    private sealed class Simulation
    {
        private readonly List<Chunk> live = [];
        private readonly PlanCase given;
        private readonly PlanNode[] leaves;
        private readonly Queue<Chunk> ready = [];
        private readonly Func<int, int> atOnce;
        private readonly bool rightFirst;
        private int read;

        public Simulation(PlanCase given, MergePlan plan, Func<int, int> atOnce, bool rightFirst = false)
        {
            this.given = given;
            this.atOnce = atOnce;
            this.rightFirst = rightFirst;
            leaves = [.. Leaves(plan.Root)];
            Peak = new int[given.Layers];
            Chunk root = Run(plan.Root);
            Assert.Same(root, Assert.Single(live));
            Finished = [.. Enumerable.Range(0, given.Layers).Select(root.CountIn)];
        }

        public int[] Peak { get; }

        public int[] Finished { get; }

        public int PeakRows { get; private set; }

        public int Longest { get; private set; }

        public long Work { get; private set; }

        private int Later => given.Resolved.RowsAtOnce == 0 ? given.Suffix : 0;

        private IEnumerable<PlanNode> Leaves(PlanNode node) => node.Children.Count == 0 ? [node] : InOrder(node).SelectMany(Leaves);

        private IEnumerable<PlanNode> InOrder(PlanNode node) => rightFirst ? node.Children.Reverse() : node.Children;

        private Chunk Run(PlanNode node)
        {
            if (node.Children.Count == 0)
            {
                if (ready.Count == 0)
                    Read();
                return ready.Dequeue();
            }

            Chunk? merged = null;
            foreach (PlanNode child in InOrder(node))
            {
                Chunk next = Run(child);
                if (merged is null)
                {
                    merged = next;
                    continue;
                }

                // The cells of the left chunk stay; those of the right chunk, without its prefix and suffix, move down to them.
                merged.Rows = merged.Rows.Merge(next.Rows, given.Affixes);
                for (int layer = 0; layer < child.EndLayer; layer++)
                    merged.Layers[layer] = merged.Layers[layer]!.Merge(next.Layers[layer]!, given.Affixes);
                live.Remove(next);
            }

            Append(node, merged!);
            Prune(node, merged!);
            return merged!;
        }

        private void Read()
        {
            List<(PlanNode Leaf, Chunk Chunk)> pass = [];
            foreach (PlanNode leaf in leaves.Skip(read).Take(atOnce(read)))
            {
                int first = live.Select(other => other.Rows.End).DefaultIfEmpty().Max();
                var chunk = new Chunk(given.Layers) { Rows = new(first, leaf.Overlap + leaf.Length - Later) };
                live.Add(chunk);
                pass.Add((leaf, chunk));
            }

            read += pass.Count;
            foreach ((PlanNode leaf, Chunk chunk) in pass)
                Append(leaf, chunk);
            Longest = Math.Max(Longest, pass.Sum(one => one.Chunk.Rows.Count));
            foreach ((PlanNode leaf, Chunk chunk) in pass)
            {
                chunk.Keep(leaf.Length - Later, 0, leaf.EndLayer);
                if (Later > 0)
                {
                    // The suffix is read after the overlap has been dropped.
                    Work -= (long)leaf.EndLayer * (leaf.Length - Later);
                    chunk.Rows = chunk.Rows with { Count = leaf.Length };
                    Append(leaf, chunk);
                }

                Prune(leaf, chunk);
                ready.Enqueue(chunk);
            }
        }

        private void Append(PlanNode node, Chunk chunk)
        {
            Longest = Math.Max(Longest, chunk.Rows.Count);
            PeakRows = Math.Max(PeakRows, live.Max(other => other.Rows.End));
            for (int layer = node.FirstLayer; layer < node.EndLayer; layer++)
            {
                chunk.Layers[layer] = new(chunk.Layers[layer]?.Start ?? live.Max(other => other.Layers[layer]?.End ?? 0), chunk.Rows.Count);
                Work += chunk.Rows.Count;
                Peak[layer] = Math.Max(Peak[layer], live.Max(other => other.Layers[layer]?.End ?? 0));
            }
        }

        private void Prune(PlanNode node, Chunk chunk)
        {
            if (chunk.Rows.Count > node.Target)
                chunk.Keep(node.Target, given.Options.Refinement == Refinement.Propagative ? 0 : node.EndLayer - 1, node.EndLayer);
        }

        private sealed record Cells(int Start, int Count)
        {
            public int End => Start + Count;

            public Cells Merge(Cells right, int affixes) => this with { Count = Count + right.Count - affixes };
        }

        private sealed class Chunk(int layers)
        {
            public required Cells Rows { get; set; }

            public Cells?[] Layers { get; } = new Cells?[layers];

            public int CountIn(int layer) => Layers[layer]?.Count ?? 0;

            public void Keep(int count, int first, int end)
            {
                Rows = Rows with { Count = count };
                for (int layer = first; layer < end; layer++)
                    Layers[layer] = Layers[layer]! with { Count = count };
            }
        }
    }
}
