using CsCheck;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer.Plan;

public sealed class MergePlanTests
{
    private static readonly PlanCase Simple = new(2, 1000, 3, 12, new() { Chunk = 105, Warmup = 2 });

    [Fact]
    public void Leaves_cover_the_document_and_nodes_stay_within_their_limits()
    {
        int planned = 0;
        PlanCase.Any.Sample(
            given =>
            {
                if (given.TryPlan() is not { } plan)
                    return;
                Interlocked.Increment(ref planned);
                AssertLeavesCoverTheContext(given, plan);
                foreach (PlanNode node in plan.Root.DepthFirst())
                    AssertNode(given, node);
                Assert.Equal(given.Layers, plan.Root.EndLayer);
                Assert.Equal(Math.Min(given.Resolved.Target, given.Affixes + given.Context), plan.Root.Target);
                int longestLeaf = plan.LeafCount > 1 ? plan.LeafDocumentLength : given.Context;
                Assert.Equal(given.Prefix + plan.Overlap + longestLeaf, plan.SuffixPosition);
            },
            iter: 1000);
        Assert.True(planned > 500, $"only {planned} of the cases could be planned");
    }

    [Fact]
    public void Nothing_at_all_is_planned_as_one_empty_leaf()
    {
        foreach (bool full in new[] { false, true })
        {
            MergePlan plan = new PlanCase(0, 0, 0, 12, new() { Chunk = 105, Warmup = 2, FullLeaves = full, RowsAtOnce = 64 }).TryPlan()!;
            Assert.Equal((1, 0), (plan.LeafCount, plan.Root.Length));
        }
    }

    [Fact]
    public void The_plan_equals_the_published_plan_where_that_is_valid()
    {
        int compared = 0;
        PlanCase.Any.Sample(
            given =>
            {
                if (given.TryPlan() is not { } plan)
                    return;
                ResolvedHomerOptions options = given.Resolved;
                if (options.Overlap > 0)
                    return;
                List<PlannedNode>? published = PublishedPlan.Create(given);
                if (published is null)
                    return;
                Interlocked.Increment(ref compared);
                Assert.Equal(published, plan.Root.DepthFirst().Select(
                    node => new PlannedNode(node.Height, node.FirstLayer, node.EndLayer, node.DocumentStart, node.Length, node.Target)));
            },
            iter: 1000);
        Assert.True(compared > 200, $"only {compared} of the cases have a published plan");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(200, 2)]
    [InlineData(201, 4)]
    [InlineData(9, 1)]
    public void Leaves_are_as_few_as_fit(int context, int leaves) =>
        Assert.Equal(leaves, (Simple with { Context = context }).Plan().LeafCount);

    [Fact]
    public void Leaves_that_rounding_would_leave_empty_are_skipped()
    {
        // The five chunks become eight, of which the last would hold no token and the others hold two.
        MergePlan plan = new PlanCase(0, 13, 1, 12, new() { Chunk = 4, Warmup = 0 }).Plan();
        Assert.Equal((3, 2, 7), (plan.Height, plan.LeafDocumentLength, plan.LeafCount));
    }

    [Fact]
    public void More_children_merge_at_a_time_where_layers_are_few()
    {
        MergePlan plan = new PlanCase(1, 2000, 1, 6, new() { Chunk = 22, Warmup = 3 }).Plan();
        Assert.Equal((100, 2, 1), (plan.LeafCount, plan.Height, plan.LayersPerHeight));
        Assert.Equal(10, plan.Root.Children.Count);
        Assert.All(plan.Root.Children, child => Assert.Equal(10, child.Children.Count));
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        Refuse("chunk of 5 ", options => options with { Chunk = 5 });
        Refuse("at least 6", options => options with { Chunk = 5 });
        Refuse("chunk of 4 ", options => options with { InitialChunk = 4 });
        Refuse("target of 4 ", options => options with { Target = 4 });
        Refuse("initial chunk", options => options with { InitialChunk = 106 });
        Refuse("chunk must", options => options with { Chunk = 0 });
        Refuse("target must", options => options with { Target = -1 });
        Refuse("warm-up", options => options with { Warmup = 12 });
        Refuse("warm-up", options => options with { Warmup = -1 });
        Refuse("warm-up", options => options with { Warmup = 11 });
        Refuse("odd", options => options with { Pooling = 4 });
        Refuse("odd", options => options with { Pooling = -1 });
        Refuse("overlap", options => options with { Overlap = -1 });
        Refuse("accumulation", options => options with { AccumulateFrom = 12 });
        Refuse("at a time", options => options with { Chunk = 10, Warmup = 10 });

        static void Refuse(string word, Func<HomerOptions, HomerOptions> change) =>
            Refused.With(word, () => (Simple with { Options = change(Simple.Options) }).Plan());
    }

    private static void AssertLeavesCoverTheContext(PlanCase given, MergePlan plan)
    {
        int covered = 0, count = 0;
        foreach (PlanNode leaf in plan.Root.DepthFirst().Where(node => node.Children.Count == 0))
        {
            Assert.Equal(covered, leaf.DocumentStart);
            int length = leaf.Length - given.Affixes;
            Assert.True(length > 0 || given.Context == 0, "a leaf is empty");
            covered += length;
            count++;
            Assert.Equal(covered < given.Context ? plan.LeafDocumentLength : length, length);
            Assert.InRange(plan.Overlap, 0, Math.Min(given.Options.Overlap, (given.Resolved.InitialChunk - given.Affixes) / 4));
            Assert.Equal(Math.Min(plan.Overlap, leaf.DocumentStart), leaf.Overlap);
            Assert.InRange(leaf.Length + leaf.Overlap, 0, given.Resolved.InitialChunk);
            Assert.Equal(0, leaf.FirstLayer);
            Assert.True(leaf.EndLayer > given.Resolved.Warmup);
        }

        Assert.Equal((given.Context, plan.LeafCount), (covered, count));
    }

    private static void AssertNode(PlanCase given, PlanNode node)
    {
        Assert.InRange(node.Length, given.Affixes, given.Resolved.Chunk);
        Assert.True(node.Target >= given.Affixes);
        Assert.True(node.EndLayer > node.FirstLayer);
        if (node.Children.Count == 0)
            return;
        Assert.Equal(node.Length - given.Affixes, node.Children.Sum(child => Math.Min(child.Length, child.Target) - given.Affixes));
        Assert.Equal(node.DocumentStart, node.Children[0].DocumentStart);
        Assert.All(node.Children, child => Assert.Equal((node.FirstLayer, node.Height - 1), (child.EndLayer, child.Height)));
    }
}
