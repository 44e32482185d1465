using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Methods.Homer.Plan;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer.Run;

public sealed class SurvivorMapTests : DeviceTests
{
    [Fact]
    public void The_map_records_the_survivors_of_a_run()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        int merged = 0;
        Gen.Select(
            Gen.Int[0, 4],
            Gen.Int[0, 200],
            Gen.Int[1, 4],
            Gen.Int[9, 40],
            Gen.Int[0, 4],
            Gen.Enum<Pruning>(),
            Gen.Enum<Refinement>()).Sample(
            (prefix, length, suffix, chunk, warmup, pruning, refinement) =>
            {
                var random = new Random(length);
                var input = new ContextInput(random.Below(prefix, 64), random.Below(length, 64), random.Below(suffix, 64));
                var options = new HomerOptions
                {
                    Chunk = chunk,
                    Warmup = warmup,
                    Pruning = pruning,
                    Refinement = refinement,
                    RereadSuffix = length % 2 == 0,
                };
                var map = new SurvivorMap();
                using KvContext? context = TryRead(new HomerMethod(options).WithSurvivors(map), new(model, input));
                if (context is null)
                    return;
                merged += map.Plan.LeafCount > 1 ? 1 : 0;
                Assert.Equal(
                    context.Survivors.Tokens.Where(token => token >= prefix && token < prefix + length),
                    map.Survivors.Select(token => prefix + token));
                Assert.All(map.Survivors, token => Assert.Equal(PositionOf(context, prefix + token), map.PositionOf(token)));
                AssertNodesDroppedTheirSurplus(map);
            },
            iter: 100, threads: 1);
        Assert.True(merged > 40, $"only {merged} of the runs merged anything");
    }

    [Fact]
    public void The_map_follows_random_plans_and_random_survivors() => PlanCase.Any.Where(given => given.Context < 20_000).Sample(
        given =>
        {
            if (given.TryPlan() is not { } plan)
                return;
            var map = new SurvivorMap();
            map.Begin(plan, given.Resolved);
            var random = new Random(given.Context);
            var dropped = new int[given.Context];
            Array.Fill(dropped, SurvivorMap.Kept);
            List<int> left = Prune(plan.Root);
            Assert.Equal(left, map.Survivors);
            Assert.Equal(dropped, map.DroppedAt);
            AssertNodesDroppedTheirSurplus(map);

            // Returns the document tokens that a node keeps.
            List<int> Prune(PlanNode node)
            {
                List<int> tokens = node.Children.Count == 0
                    ? [.. Enumerable.Range(node.DocumentStart, node.Length - given.Affixes)]
                    : [.. node.Children.SelectMany(Prune)];
                if (node.Length <= node.Target)
                    return tokens;
                int[] kept = random.Subset(node.Target - given.Affixes, tokens.Count);
                int[] suffix = [.. Enumerable.Range(given.Prefix + tokens.Count, given.Suffix)];
                int[] rows = [.. Enumerable.Range(0, given.Prefix), .. kept.Select(index => given.Prefix + index), .. suffix];
                map.Record(new(node, node.EndLayer - 1, rows));
                foreach (int token in tokens.Except(kept.Select(index => tokens[index])))
                    dropped[token] = node.Height;
                return [.. kept.Select(index => tokens[index])];
            }
        },
        iter: 200);

    [Fact]
    public void A_map_without_a_run_is_empty_and_has_no_plan()
    {
        var map = new SurvivorMap();
        Assert.Empty(map.DroppedAt);
        Assert.Throws<InvalidOperationException>(() => map.Plan);
    }

    /// <summary>
    /// Fails unless each node dropped, of the document tokens below it, as many as it held more than its target, and recorded its height.
    /// </summary>
    private static void AssertNodesDroppedTheirSurplus(SurvivorMap map)
    {
        int end = 0, counted = 0;
        foreach (PlanNode node in map.Plan.Root.DepthFirst())
        {
            if (node.Children.Count == 0)
                end += node.Length - map.Plan.PrefixLength - map.Plan.SuffixLength;
            int here = map.DroppedAt.Take(end).Skip(node.DocumentStart).Count(height => height == node.Height);
            Assert.Equal(node.Length - node.KeptLength, here);
            counted += here;
        }

        Assert.Equal(map.Plan.DocumentLength, counted + map.Survivors.Count());
    }

    private static int PositionOf(KvContext context, int token) =>
        context.Survivors.Positions[context.Survivors.Tokens.ToList().IndexOf(token)];

    private static KvContext? TryRead(IContextMethod method, ContextRequest request)
    {
        try
        {
            return method.Read(request);
        }
        catch (HomerException)
        {
            return null;
        }
    }
}
