using Homer.Engine.Methods.Recall;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Recall;

public sealed class PassageSelectionTests
{
    [Theory]
    [InlineData(3, 1, new[] { 4, 5, 6 })]
    [InlineData(4, 1, new[] { 3, 4, 5, 6 })]
    [InlineData(5, 1, new[] { 0, 3, 4, 5, 6 })]
    [InlineData(2, 1, new[] { 4, 5 })]
    [InlineData(1, 2, new[] { 5 })]
    [InlineData(5, 0, new[] { 0, 4, 5, 8, 9 })]
    [InlineData(99, 0, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void The_best_tokens_come_with_their_neighbours(int count, int neighbours, int[] expected) => Assert.Equal(
        expected, Choose([3, 0, 0, 0, 4, 9, 0, 0, 1, 1], count, neighbours));

    [Fact]
    public void Neighbours_are_of_the_same_file()
    {
        float[] scores = [0, 0, 0, 9, 0, 0, 8, 0];
        Assert.Equal([3, 4, 5, 6, 7], Choose(scores, 5, 2, [0, 3, 6]));
    }

    [Fact]
    public void The_choice_is_that_of_pooled_scores()
    {
        var random = new Random(4);
        foreach ((int tokens, int count, int neighbours) in new[] { (172, 33, 3), (1000, 100, 16), (33, 32, 7), (7, 1, 1), (500, 499, 2) })
        {
            float[] scores = random.Normal(tokens);
            // Where neighbourhoods are never cut, a token is chosen if the largest score around it is among the best such.
            float[] pooled = [.. Enumerable.Range(0, tokens).Select(
                i => scores[Math.Max(0, i - neighbours)..Math.Min(tokens, i + neighbours + 1)].Max())];
            int[] chosen = Choose(scores, count, neighbours);
            Assert.Equal(count, chosen.Length);
            Assert.Equal(chosen.Distinct().Order(), chosen);
            float least = chosen.Min(token => pooled[token]);
            Assert.All(Enumerable.Range(0, tokens).Except(chosen), token => Assert.True(pooled[token] <= least));
        }
    }

    [Fact]
    public void Of_equal_scores_the_earlier_is_the_better() =>
        Assert.Equal([2, 0, 1], PassageSelection.Best([1, 1, 5, 1, 1, float.NaN], 3));

    private static int[] Choose(ReadOnlySpan<float> scores, int count, int neighbours, IReadOnlyList<int>? bounds = null) =>
        [.. PassageSelection.Order(scores, count, neighbours, bounds).Order()];
}
