using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Tests.Tokenizers;

namespace Homer.Tests.Evaluation.Scoring;

public sealed class AnswerScorerTests
{
    [Theory]
    [InlineData("The pass key is #06191", "06191", true)]
    [InlineData("It is 06191, I think", "06191", true)]
    [InlineData("The pass key is #106191", "06191", false)]
    [InlineData("The pass key is #061911", "06191", false)]
    [InlineData("in the barn", "barn", true)]
    [InlineData("in the barnyard", "barn", false)]
    [InlineData("", "barn", false)]
    [InlineData("a.b", "a.b", true)]
    [InlineData("axb", "a.b", false)]
    public void A_bare_answer_must_hold_the_word(string text, string expected, bool holds) =>
        Assert.Equal(holds, AnswerScorer.Contains(text, expected));

    [Fact]
    public void A_space_glued_to_the_answer_is_the_answers()
    {
        EvaluationQuestion question = EvaluationQuestion.WithCue(TestTokenizers.HomerMini, "Mara hid the lantern in the ", "barn");
        Assert.Equal("Mara hid the lantern in the", TestTokenizers.HomerMini.Decode([.. question.Suffix]));
    }

    [Fact]
    public void A_space_of_its_own_stays_with_the_question()
    {
        // Llama 2 splits digits and puts a piece of a single space before the first one.
        EvaluationQuestion question = EvaluationQuestion.WithCue(TestTokenizers.Llama2, "The pass key is ", "40921");
        Assert.Equal("The pass key is ", TestTokenizers.Llama2.Decode([.. question.Suffix]));
        Assert.Equal(5, question.Scorer.NewTokens);
    }
}
