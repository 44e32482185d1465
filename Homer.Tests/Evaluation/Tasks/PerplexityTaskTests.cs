using Homer.Engine.Evaluation.Tasks;
using Homer.Tests.Tokenizers;

namespace Homer.Tests.Evaluation.Tasks;

public sealed class PerplexityTaskTests
{
    private static readonly EvaluationText Short = new("short", Enumerable.Range(0, 1000).ToArray());
    private static readonly EvaluationText Long = new("long", Enumerable.Range(0, 5000).ToArray());

    [Fact]
    public void After_the_first_window_every_half_window_is_a_part()
    {
        var task = new PerplexityTask(512, [Short, Long], [900, 1100]);
        Assert.Equal(
            [("short", 512), ("long", 512), ("long", 768), ("long", 1024)],
            task.Cases.Select(which => (which.Source, which.Length)));
    }

    [Fact]
    public void Sparse_parts_follow_the_lengths_alone()
    {
        var task = new PerplexityTask(512, [Long], [4744, 700, 4745], sparse: true);
        Assert.Equal([700, 4744], task.Cases.Select(which => which.Length));
        Assert.True(PerplexityTask.IsSparse(task.Settings));
        Assert.False(PerplexityTask.IsSparse(new PerplexityTask(512, [Long], [700]).Settings));
    }

    [Fact]
    public void Nothing_is_read_twice_or_left_out()
    {
        var task = new PerplexityTask(512, [Long], [2048], sparse: true);
        EvaluationDocument document = task.Create(Assert.Single(task.Cases));
        // The affix of 100 tokens for a window of 4096 becomes 12 for a window of 512.
        Assert.Equal((12, 12), (document.Prefix.Count, document.Questions[0].Suffix.Count));
        Assert.Equal(Enumerable.Range(0, 2048), document.Prefix.Concat(document.Tokens).Concat(document.Questions[0].Suffix));
        Assert.Equal(256, document.Questions[0].Scorer.NewTokens);
    }

    [Fact]
    public void Chronicles_are_as_long_as_asked()
    {
        EvaluationText text = EvaluationText.Chronicle(TestTokenizers.HomerMini, seed: 3, length: 2000);
        Assert.InRange(text.Tokens.Length, 2000, 2040);
        Assert.Equal(TestTokenizers.HomerMini.BeginOfSequence, text.Tokens.Span[0]);
    }
}
