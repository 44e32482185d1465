using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Tests.Evaluation.Tasks;

public sealed class PassKeyTaskTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    // In tokens; no sentence is longer, and the two sentences that state the key are not either.
    private const int Sentence = 60;

    private readonly HomerEngine engine = mini.Engine;

    [Theory]
    [InlineData("chronicle")]
    [InlineData("grass")]
    public void Documents_have_their_length_their_depth_and_their_key(string style)
    {
        var task = new PassKeyTask(engine, PassKeyStyle.Find(style), [300, 1000, 3000], [0, 0.3, 1], documents: 2, seed: 5);
        Assert.Equal(3 * 3 * 2, task.Cases.Count);
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument document = task.Create(which);
            string key = Assert.IsType<AnswerScorer>(Assert.Single(document.Questions).Scorer).Expected;
            string context = Decode(document.Tokens);
            Assert.InRange(document.Tokens.Count, which.Length, which.Length + Sentence);
            string told = PassKeyStyle.Find(style).Tell(key);
            int at = context.IndexOf(told, StringComparison.Ordinal);
            Assert.Equal(at, context.LastIndexOf(told, StringComparison.Ordinal));
            double depth = (double)engine.Tokenizer.Encode(context[..at]).Length / which.Length;
            double asked = which.Depths[0]!.Value, error = (double)Sentence / which.Length;
            Assert.InRange(depth, asked - error, asked + error);
        }
    }

    [Fact]
    public void The_question_ends_where_the_key_begins()
    {
        var task = new PassKeyTask(engine, PassKeyStyle.Chronicle, [300], [0.5], documents: 1);
        EvaluationQuestion question = task.Create(task.Cases[0]).Questions[0];
        Assert.Equal("Question: What is the pass key? Answer: The pass key is #", Decode(question.Suffix));
        Assert.Equal(5, question.Scorer.NewTokens);

        task = new(engine, PassKeyStyle.Chronicle, [300], [0.5], documents: 1, bare: true);
        Assert.Equal("Question: What is the pass key? Answer:", Decode(task.Create(task.Cases[0]).Questions[0].Suffix));
    }

    [Fact]
    public void Every_case_has_a_document_of_its_own_and_always_the_same()
    {
        var task = new PassKeyTask(engine, PassKeyStyle.Chronicle, [300, 400], [0, 1], documents: 3);
        string[] documents = [.. task.Cases.Select(which => Decode(task.Create(which).Tokens))];
        Assert.Equal(12, documents.Distinct().Count());
        var longer = new PassKeyTask(engine, PassKeyStyle.Chronicle, [400, 500], [1, 0.5], documents: 4);
        EvaluationCase same = Assert.Single(longer.Cases, which => which is { Length: 400, Number: 2, Depths: [1] });
        Assert.Contains(Decode(longer.Create(same).Tokens), documents);
    }

    private string Decode(IReadOnlyList<int> ids) => engine.Tokenizer.Decode([.. ids]);
}
