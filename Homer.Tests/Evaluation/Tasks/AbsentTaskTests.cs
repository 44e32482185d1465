using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Methods;

namespace Homer.Tests.Evaluation.Tasks;

public sealed class AbsentTaskTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private readonly HomerEngine engine = mini.Engine;

    [Fact]
    public void Documents_state_the_facts_that_are_expected_and_no_others()
    {
        var task = new AbsentTask(engine, null, new([900], 4) { Facts = 3, Seed = 11 });
        Assert.Equal(4, task.Cases.Count);
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument document = task.Create(which);
            string text = engine.Tokenizer.Decode([.. document.Tokens]);
            Assert.Equal(which.Depths.Count, document.Questions.Count);
            Assert.Equal(7, which.Depths.Count);
            foreach ((double? depth, EvaluationQuestion question) in which.Depths.Zip(document.Questions))
            {
                string asked = engine.Tokenizer.Decode([.. question.Suffix.Take(question.Own)]);
                string[] words = asked.TrimEnd('?').Split(' ', StringSplitOptions.RemoveEmptyEntries);
                string stated = asked.Contains("pass key", StringComparison.Ordinal)
                    ? "The pass key is"
                    : $"It was {words[^4]} who hid the {words[^1]} in";
                Assert.Equal(depth is not null, text.Contains(stated, StringComparison.Ordinal));
            }
        }

        Assert.Equal(task.Create(task.Cases[0]).Tokens, task.Create(task.Cases[0]).Tokens);
    }

    /// <summary>homer-mini knows what a document holds: both errors are below 2 % of 200 (docs/evaluation.md).</summary>
    [Theory]
    [InlineData("recall")]
    [InlineData("homer")]
    public void What_is_not_in_the_document_is_refused_and_what_is_there_is_not(string method)
    {
        var task = new AbsentTask(engine, null, new([1500], 4) { Facts = 4, Seed = 21 });
        IContextMethod reading = method == "homer" ? engine.Merging() : engine.Calibrated(ContextMethods.Find(method));
        using var log = TrialLog.InMemory(EvaluationRunner.Settings(engine, task));
        new EvaluationRunner(engine, task, [new(method, reading)], log).Run();
        AbsentSummary cell = Assert.Single(AbsentSummary.ByLength(log.Trials));
        Assert.Equal((18, 18), (cell.Present, cell.Absent));
        Assert.InRange(cell.Refused + cell.Invented, 0, 1);
        Assert.InRange(cell.Right, cell.Present - 1, cell.Present);
    }
}
