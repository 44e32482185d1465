using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Passages;
using Homer.Tests.Evaluation;

namespace Homer.Tests.Passages;

public sealed class RelatedPassagesTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private const int Sentences = 300;

    private static readonly string[] Places = ["mill", "chapel", "harbor"];

    [Fact]
    public void Every_sentence_that_answers_is_listed_and_no_other()
    {
        HomerEngine engine = mini.Engine;
        var chronicle = new VillageChronicle(41);
        HiddenObject fact = chronicle.HiddenObjects(1)[0];
        string[] stated = [.. Places.Select(place => (fact with { Place = place }).Sentence)];
        string[] others = [(fact with { Person = "Somebody" }).Sentence, (fact with { Thing = "wheel" }).Sentence];
        string[] sentences = [.. Enumerable.Range(0, Sentences).Select(_ => chronicle.Sentence())];
        // One in the first batch, one in a later one.
        (sentences[5], sentences[60], sentences[100], sentences[7], sentences[9]) = (stated[0], stated[1], stated[2], others[0], others[1]);
        string text = string.Join(' ', sentences);
        var document = new TextDocument("chronicle", text, engine.Prompt.Document(text));
        IReadOnlyList<Passage> all = new PassageIndex(document, engine.Tokenizer).ByHighest(
            new float[document.Ids.Count], Sentences);
        Assert.Equal(Sentences, all.Count);
        using var evidence = QuestionEvidence.For(engine.Request(engine.Prompt.Encode("", fact.Question)));
        int seen = 0;
        (IReadOnlyList<Passage> found, double least) = RelatedPassages.Of(
            evidence!, all, engine.Calibration!.Recall!.Related!.Value, looked => seen = looked);
        Assert.Equal(stated.Order(), found.Select(passage => passage.Text).Order());
        Assert.All(found, passage => Assert.InRange(passage.Score, least, 1));
        Assert.Equal(found.Select(passage => passage.Score).OrderDescending(), found.Select(passage => passage.Score));
        // It stops where many in a row have nothing to do with the question.
        Assert.InRange(seen, 101, Sentences - 1);
        Assert.Empty(RelatedPassages.Of(evidence!, all, 1.1).Passages);
    }
}
