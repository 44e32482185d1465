using Homer.Engine.Methods.Recall.Learning;

namespace Homer.Tests.Methods.Recall;

public sealed class ProbeQuestionTests
{
    private static readonly float[] Scores = [5, 0, 2, 1, 0, 0, 4, 3, 0, 2];

    [Theory]
    [InlineData(3, 4, 0, 5)]
    [InlineData(3, 4, 1, 3)]
    [InlineData(2, 4, 0, 3)]
    [InlineData(6, 7, 0, 1)]
    [InlineData(6, 7, 9, 0)]
    [InlineData(0, 1, 0, 0)]
    public void Tokens_that_score_higher_than_the_evidence_are_counted(int start, int end, int neighbours, int expected) =>
        Assert.Equal(expected, new ProbeQuestion([1], Range.All, [start..end]).Ahead(Scores, neighbours));

    [Fact]
    public void The_best_of_several_places_counts() =>
        Assert.Equal(1, new ProbeQuestion([1], Range.All, [3..4, 6..7]).Ahead(Scores, 0));
}
