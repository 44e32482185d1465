using Homer.Training.Learning;

namespace Homer.Tests.Training;

public sealed class LayerDropTests
{
    [Fact]
    public void The_first_layers_stay_and_every_other_is_dropped_at_times()
    {
        var random = new Random(4);
        int[] dropped = new int[12];
        for (int i = 0; i < 1000; i++)
        {
            IReadOnlyList<int> left = LayerDrop.Draw(random, 12, 3, 0.35);
            Assert.Equal(left.Order().Distinct(), left);
            foreach (int layer in Enumerable.Range(0, 12).Except(left))
                dropped[layer]++;
        }

        Assert.All(dropped[..3], count => Assert.Equal(0, count));
        Assert.All(dropped[3..], count => Assert.InRange(count, 200, 700));
    }
}
