using System.Text.RegularExpressions;
using Homer.Engine;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Tests.Evaluation.Tasks;

public sealed class FactTaskTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private readonly HomerEngine engine = mini.Engine;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_question_is_answered_once_in_its_document_and_at_its_depth(int facts)
    {
        var task = new FactTask(engine, [500, 2000], documents: 3, facts, seed: 9);
        Assert.Equal(2 * 3, task.Cases.Count);
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument document = task.Create(which);
            Assert.InRange(document.Tokens.Count, which.Length, which.Length + 40);
            Assert.Equal(facts, document.Questions.Count);
            string context = engine.Tokenizer.Decode([.. document.Tokens]);
            foreach ((int i, EvaluationQuestion question) in document.Questions.Index())
            {
                Match asked = Regex.Match(
                    engine.Tokenizer.Decode([.. question.Suffix]),
                    @"^Question: Where did (\w+) hide the (\w+)\? Answer: \1 hid the \2 in the$");
                string fact = $@"It was {asked.Groups[1]} who hid the {asked.Groups[2]} in the (\w+)\.";
                Match told = Assert.Single(Regex.Matches(context, fact));
                Assert.Equal(told.Groups[1].Value, Assert.IsType<AnswerScorer>(question.Scorer).Expected);
                double depth = (double)engine.Tokenizer.Encode(context[..told.Index]).Length / which.Length;
                Assert.InRange(depth, which.Depths[i]!.Value - 0.1, which.Depths[i]!.Value + 0.1);
            }
        }
    }

    [Fact]
    public void Facts_are_spread_over_the_document()
    {
        var task = new FactTask(engine, [1000], documents: 30, facts: 3);
        Assert.All(task.Cases, which => Assert.All(
            which.Depths.Index(), entry => Assert.InRange(entry.Item!.Value, entry.Index / 3.0, (entry.Index + 1) / 3.0)));
        Assert.Equal(30, task.Cases.Select(which => which.Depths[0]).Distinct().Count());
    }
}
