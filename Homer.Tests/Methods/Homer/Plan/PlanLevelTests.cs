using CsCheck;
using Homer.Engine.Methods.Homer.Plan;

namespace Homer.Tests.Methods.Homer.Plan;

public sealed class PlanLevelTests
{
    [Fact]
    public void Every_chunk_is_counted_once_in_few_rows() => PlanCase.Any.Sample(
        given =>
        {
            if (given.TryPlan() is not { } plan)
                return;
            IReadOnlyList<PlanLevel> levels = PlanLevel.Of(plan);
            PlanNode[] nodes = [.. plan.Root.DepthFirst()];
            Assert.Equal(nodes.Length, levels.Sum(level => level.Count));
            long overlaps = nodes.Sum(node => (long)node.Overlap * node.EndLayer);
            long chunks = levels.Sum(level => (long)level.Count * level.Length * (level.EndLayer - level.FirstLayer));
            Assert.Equal(plan.Footprint.TokenLayers, overlaps + chunks);
            Assert.Equal(levels.Select(level => level.Height).Order(), levels.Select(level => level.Height));
            Assert.Equal((plan.Height, 1, plan.Root.Length), (levels[^1].Height, levels[^1].Count, levels[^1].Length));
            Assert.All(levels.GroupBy(level => level.Height), alike => Assert.InRange(alike.Count(), 1, 8));
        },
        iter: 300);
}
