using Homer.Engine.Generation;

namespace Homer.Tests.Generation;

/// <summary>Thoughts are told from answers by their marks, wherever pieces end, and end by force when they take too long.</summary>
public sealed class ThoughtTextTests
{
    private static readonly Thinking Marks = new("<think>", "</think>", [7, 8]);

    [Theory]
    [InlineData("<think>\nHm.</think>\n\nYes.", "Hm.", "\n\nYes.")]
    [InlineData("\n<think>a < b</think>c", "a < b", "c")]
    [InlineData("No <think> here.", "", "No <think> here.")]
    [InlineData("<thin", "", "<thin")]
    [InlineData("<think>never ends</thin", "never ends</thin", "")]
    [InlineData("", "", "")]
    public void Thought_and_answer_are_told_apart(string text, string thought, string answer)
    {
        for (int size = 1; size <= Math.Max(text.Length, 1); size++)
        {
            var filter = new ThoughtText(Marks);
            string got = string.Concat(text.Chunk(size).Select(piece => filter.Append(new(piece)))) + filter.Flush();
            Assert.Equal((thought, answer), (filter.Thought, got));
        }
    }

    [Fact]
    public void A_thought_may_be_open_from_the_start()
    {
        var shown = new List<string>();
        var filter = new ThoughtText(Marks with { IsOpen = true, Show = shown.Add });
        Assert.True(filter.IsInside);
        Assert.Equal("", filter.Append("Hm"));
        Assert.Equal("Yes", filter.Append(".</think>Yes"));
        Assert.Equal(["Hm", "."], shown);
    }

    [Fact]
    public void A_thought_that_takes_too_long_is_ended_once()
    {
        var tokens = new ThoughtTokens(Marks with { OpenId = 1, CloseId = 8, Budget = 2 }, mostInAnswer: 2);
        Take("<think>");
        Assert.Empty(tokens.Forced());
        Take("a");
        Assert.Equal([7, 8], tokens.Forced());
        Assert.Empty(tokens.Forced());
        Assert.Equal(("<think>", "</think>", null), (tokens.Mark(1), tokens.Mark(8), tokens.Mark(2)));
        Take("\n");
        Assert.True(tokens.IsInside);
        Take("</think>");
        Assert.False(tokens.IsInside || tokens.IsAnswerFull);
        Take("b");
        Assert.Empty(tokens.InsteadOfEnd());
        Take("c");
        Assert.True(tokens.IsAnswerFull);
        Assert.Equal("a", tokens.Text);

        void Take(string piece) => tokens.Append(piece);
    }

    [Fact]
    public void An_end_within_a_thought_ends_the_thought()
    {
        var tokens = new ThoughtTokens(Marks with { IsOpen = true }, mostInAnswer: 2);
        Assert.Equal([7, 8], tokens.InsteadOfEnd());
        Assert.Empty(tokens.InsteadOfEnd());
    }

    [Fact]
    public void Without_thoughts_everything_is_the_answer()
    {
        var tokens = new ThoughtTokens(null, mostInAnswer: 1);
        Assert.Equal("<think>a", tokens.Append("<think>a"));
        Assert.False(tokens.IsInside || tokens.IsAnswerFull);
        Assert.Empty(tokens.InsteadOfEnd());
    }
}
