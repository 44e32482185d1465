using Homer.Engine.Methods.Recall.Learning;

namespace Homer.Tests.Methods.Recall;

public sealed class EvidenceScoresTests
{
    private const int Tokens = 6000;

    /// <summary>The highest of n exponential numbers is ln n on average: the threshold knows it for more tokens than it has seen.</summary>
    [Fact]
    public void The_threshold_lies_between_evidence_and_the_chance_of_long_documents()
    {
        const float Reached = 30;
        var random = new Random(3);
        var scores = new EvidenceScores();
        Assert.Null(scores.Threshold());
        for (int question = 0; question < 40; question++)
        {
            float[] all = [.. Enumerable.Range(0, Tokens).Select(_ => (float)-Math.Log(1 - random.NextDouble()))];
            all[102] = Reached;
            // The evidence of another question is no chance.
            all[503] = 2 * Reached;
            var own = new ProbeQuestion([1], Range.All, [new Range(100, 104)]);
            scores.Add(own, [new Range(100, 104), new Range(500, 504)], all, 2);
        }

        double chance = Math.Log(1 << 17) + 0.577;
        Assert.InRange(scores.Threshold()!.Value, ((Reached + chance) / 2) - 1, ((Reached + chance) / 2) + 1);
    }
}
