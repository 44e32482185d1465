using Homer.Engine.Evaluation.Documents;

namespace Homer.Tests.Evaluation.Documents;

public sealed class VillageChronicleTests
{
    [Fact]
    public void A_seed_fixes_every_word()
    {
        Assert.Equal(VillageChronicle.Write(8, 5000, 0.4), VillageChronicle.Write(8, 5000, 0.4));
        Assert.NotEqual(VillageChronicle.Write(8, 5000, 0.4), VillageChronicle.Write(9, 5000, 0.4));
    }

    [Fact]
    public void The_demo_s_chronicle_is_the_one_in_the_README()
    {
        (string text, string key) = VillageChronicle.Write(seed: 8, characters: 141_000, depth: 0.37);
        Assert.Equal("06191", key);
        int at = text.IndexOf("The pass key is #06191. Remember it: #06191 is the pass key.", StringComparison.Ordinal);
        Assert.InRange(at, 0.37 * 141_000, (0.37 * 141_000) + 100);
    }

    [Fact]
    public void No_two_facts_are_about_the_same()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            IReadOnlyList<HiddenObject> all = new VillageChronicle(seed).HiddenObjects(VillageChronicle.MostFacts);
            Assert.Equal(VillageChronicle.MostFacts, all.Select(fact => fact.Question).Distinct().Count());
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new VillageChronicle(1).HiddenObjects(VillageChronicle.MostFacts + 1));
    }
}
