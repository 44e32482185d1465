using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Recall;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Passages;
using Homer.Tests.Evaluation;

namespace Homer.Tests.Passages;

public sealed class QuestionEvidenceTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private const int Facts = 20;

    private readonly HomerEngine engine = mini.Engine;

    [Fact]
    public void The_share_is_what_a_passage_takes_from_the_negative_log_likelihood_of_the_question()
    {
        var fact = new HiddenObject("Mara", "anchor", "mill");
        ContextInput input = engine.Prompt.Encode("", fact.Question);
        int[] passage = engine.Prompt.Document(fact.Sentence);
        long before = engine.Model.Device.Memory.InUse;
        using (var evidence = QuestionEvidence.For(engine.Request(input)))
        {
            double expected = 1 - (Nats(input, passage) / Nats(input, []));
            Assert.Equal(expected, evidence!.Of(passage), 1e-3);
            // The passages before it change nothing.
            Assert.Equal(evidence.Of(passage), evidence.Of(passage), 1e-6);
            Assert.Equal(0, evidence.Of([]));
            Assert.Equal(evidence.Of([.. Enumerable.Repeat(passage[0], 400)]), evidence.Of([.. Enumerable.Repeat(passage[0], 300)]), 1e-6);
        }

        Assert.Equal(before, engine.Model.Device.Memory.InUse);
    }

    [Fact]
    public void Sentences_that_answer_supply_more_than_those_about_another_person_or_object()
    {
        double least = engine.LeastEvidence()!.Value;
        for (int seed = 0; seed < Facts; seed++)
        {
            IReadOnlyList<HiddenObject> hidden = new VillageChronicle(77_000 + seed).HiddenObjects(2, 2, 2);
            using var evidence = QuestionEvidence.For(engine.Request(engine.Prompt.Encode("", hidden[0].Question)));
            Assert.True(Of(hidden[0]) >= least);
            Assert.True(Of(hidden[0] with { Person = hidden[1].Person }) < least);
            Assert.True(Of(hidden[0] with { Thing = hidden[1].Thing }) < least);
            double Of(HiddenObject one) => evidence!.Of(engine.Prompt.Document(one.Sentence));
        }
    }

    [Fact]
    public void A_question_that_fills_the_window_is_not_judged()
    {
        int[] suffix = [.. Enumerable.Repeat(7, engine.Model.Config.Window)];
        Assert.Null(QuestionEvidence.For(engine.Request(new([1], [], suffix))));
    }

    [Fact]
    public void The_table_that_ships_holds_what_is_learned_of_its_probes()
    {
        IReadOnlyList<EvidenceProbe> probes = EvidenceProbes.Write(engine.Prompt, SourceText.Chronicle(5, 20_000));
        Assert.Equal(probes.Count(probe => probe.IsAnswered), probes.Count(probe => !probe.IsAnswered));
        LearnedEvidence learned = EvidenceLearner.Learn(engine.Model, probes)!.Value;
        Assert.InRange(learned.Answering, engine.LeastEvidence()!.Value - 0.15, 0.8);
        Assert.InRange(learned.Related, 0.1, learned.Answering);
        Assert.Null(EvidenceLearner.Learn(engine.Model, [.. probes.Where(probe => probe.IsAnswered)]));
    }

    [Theory]
    [InlineData(new[] { 5.0, 6, 7 }, new[] { 1.0, 2, 3 }, 4)]
    [InlineData(new[] { 1.0, 6, 7, 8 }, new[] { 2.0, 3, 4, 5 }, 5.5)]
    [InlineData(new[] { 2.0, 2 }, new[] { 2.0, 2 }, 2)]
    public void The_value_between_balances_both_errors(double[] above, double[] below, double value) =>
        Assert.Equal(value, EvidenceLearner.Between(above, below), 0.51);

    [Fact]
    public void Direct_questions_share_words_with_their_facts_and_the_others_do_not_ask_for_them()
    {
        Assert.Equal(ParaphrasedFacts.All.Count, DirectQuestions.All.Count);
        foreach (((string sentence, _), (string question, string other)) in ParaphrasedFacts.All.Zip(DirectQuestions.All))
        {
            Assert.NotEqual(question, other);
            Assert.True(Shared(sentence, question) > 0, question);
            Assert.True(Shared(sentence, other) <= Shared(sentence, question), other);
        }

        static int Shared(string sentence, string question) =>
            question.TrimEnd('?').Split(' ').Count(word => word.Length > 2 && sentence.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Returns −ln p of the tokens of the question, from one reading of everything.</summary>
    private double Nats(ContextInput input, int[] passage)
    {
        int[] ids = [.. input.Prefix, .. passage, .. input.Suffix];
        (int start, int count) = input.Question.GetOffsetAndLength(input.Suffix.Count);
        int first = input.Prefix.Count + passage.Length + start, vocabulary = engine.Model.Config.VocabularySize;
        List<float> logits = [];
        using var context = KvContext.Create(engine.Model, engine.Model.Config.RopeScaling, ids.Length);
        context.Append(ids, observe: logits.AddRange);
        return Enumerable.Range(first, count).Sum(token => NegativeLogLikelihood.OfToken(
            logits.GetRange((token - 1) * vocabulary, vocabulary).ToArray(), ids[token]));
    }
}
