using System.Text.Json;
using Homer.Engine;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Methods.Plain;
using Homer.Tests.Support;

namespace Homer.Tests.Evaluation.Tasks;

/// <summary>Tasks that read published data sets, which are not trusted.</summary>
public sealed class FileTaskTests(MiniEngine mini) : IClassFixture<MiniEngine>, IDisposable
{
    private const string Filler = "The hills are low and the river is slow. ";

    private readonly HomerEngine engine = mini.Engine;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("What is the pass key? The pass key is #", "What is the pass key? The pass key is #")]
    [InlineData("What is the pass key? The pass key is", "What is the pass key? The pass key is ")]
    public void Pass_keys_are_read_and_asked_for_as_they_are(string postfix, string asked)
    {
        string before = string.Concat(Enumerable.Repeat(Filler, 45));
        Write(
            new { prefix = "Read.", context = before + "The pass key is #40921." + before, postfix, target = 40921 },
            new { prefix = "", context = "7", postfix, target = "7" });
        var task = new PassKeyFileTask(engine, folder["data"]);
        Assert.Equal([("data", 1024, 0), ("data", 2, 1)], task.Cases.Select(which => (which.Source, which.Length, which.Number)));
        Assert.Equal(0.5, task.Cases[0].Depths[0]!.Value, 0.01);
        EvaluationDocument document = task.Create(task.Cases[0]);
        Assert.Equal(engine.Tokenizer.Encode(before + "The pass key is #40921." + before), document.Tokens);
        Assert.Equal(engine.Tokenizer.BeginOfSequence, document.Prefix[0]);
        Assert.Equal(asked, engine.Tokenizer.Decode([.. document.Questions[0].Suffix]));
        Assert.Equal("40921", Assert.IsType<AnswerScorer>(document.Questions[0].Scorer).Expected);
        Assert.Single(new PassKeyFileTask(engine, folder["data"], limit: 1).Cases);
    }

    [Fact]
    public void The_most_probable_answer_is_chosen()
    {
        string[] places = ["harbor", "barn", "tower", "well"];
        Write(new
        {
            article = Filler + "It was Mara who hid the lantern in the barn. " + Filler,
            questions = places.Select((_, i) => new
            {
                question = "Where did Mara hide the lantern?",
                options = places.Select((_, k) => $"Mara hid the lantern in the {places[(i + k) % 4]}"),
                gold_label = 1 + ((5 - i) % 4),
            }),
        });
        var task = new MultipleChoiceTask(engine, folder["data"]);
        var log = TrialLog.InMemory(EvaluationRunner.Settings(engine, task));
        Variant[] variants = [new("plain", new PlainMethod()), new("homer", engine.Merging())];
        new EvaluationRunner(engine, task, variants, log).Run();
        Assert.Equal(8, log.Trials.Count);
        Assert.All(log.Trials, trial => Assert.Equal(("Mara hid the lantern in the barn", true), (trial.Answer, trial.Right)));
    }

    [Theory]
    [InlineData("""{"prefix":"","context":"a 1","postfix":"q","target":"1"}""" + "\nnot JSON", "line 2")]
    [InlineData("[]", "line 1")]
    [InlineData("3", "line 1")]
    [InlineData("""{"prefix":"","context":"a 1","postfix":"q"}""", "line 1")]
    [InlineData("""{"prefix":"","context":"a 1","postfix":"q","target":null}""", "line 1")]
    [InlineData("""{"prefix":"","context":"a 1","postfix":"q","target":[1]}""", "line 1")]
    [InlineData("""{"prefix":"","context":"a 1","postfix":"q","target":"2"}""", "line 1")]
    [InlineData("""{"prefix":"","context":"a 1","postfix":" ","target":"1"}""", "line 1")]
    [InlineData("""{"prefix":3,"context":"a 1","postfix":"q","target":"1"}""", "line 1")]
    [InlineData("""{"prefix":"","context":"\ud800 1","postfix":"q","target":"1"}""", "line 1")]
    [InlineData("\n\n", "empty")]
    public void Pass_keys_that_cannot_be_read_are_refused(string text, string word)
    {
        folder.With("data", text);
        Refused.With(word, () => _ = new PassKeyFileTask(engine, folder["data"]));
    }

    [Theory]
    [InlineData("""{"article":"a"}""")]
    [InlineData("""{"article":"a","questions":[]}""")]
    [InlineData("""{"article":"a","questions":{}}""")]
    [InlineData("""{"article":"a","questions":[{"question":"q","options":["a","b"],"gold_label":0}]}""")]
    [InlineData("""{"article":"a","questions":[{"question":"q","options":["a","b"],"gold_label":3}]}""")]
    [InlineData("""{"article":"a","questions":[{"question":"q","options":["a",null],"gold_label":1}]}""")]
    [InlineData("""{"article":"a","questions":[{"question":"q","options":["a",""],"gold_label":1}]}""")]
    [InlineData("""{"article":"a","questions":[{"question":"q","options":["a"],"gold_label":1}]}""")]
    [InlineData("""{"article":"a","questions":[{"question":"","options":["a","b"],"gold_label":1}]}""")]
    [InlineData("""{"article":"a","questions":[{"question":"q","options":["a","b"],"gold_label":99999999999}]}""")]
    public void Stories_that_cannot_be_read_are_refused(string text)
    {
        folder.With("data", text);
        Refused.With("line 1", () => _ = new MultipleChoiceTask(engine, folder["data"]));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => Refused.With(folder["none"], () => _ = new PassKeyFileTask(engine, folder["none"]));

    private void Write(params object[] rows) => folder.With("data", string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row))));
}
