using System.Text;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Tests.Evaluation;

namespace Homer.Tests.Passages;

/// <summary>On homer-mini the passage that an answer attends to most is the one that states it.</summary>
public sealed class AnswerSourcesTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private const int Documents = 20;
    private const int FactsOfOne = 5;

    [Theory]
    [InlineData("recall:heads=5.0,tokens=128,neighbours=8,question=all", 99)]
    [InlineData("homer", 90)]
    public void The_right_sentence_comes_first(string specification, int least)
    {
        HomerEngine engine = mini.Engine;
        int first = 0, right = 0;
        for (int seed = 0; seed < Documents; seed++)
        {
            var chronicle = new VillageChronicle(31_000 + seed);
            IReadOnlyList<HiddenObject> facts = chronicle.HiddenObjects(FactsOfOne);
            string text = DocumentComposer.Compose(
                chronicle.Sentence, sentence => sentence.Length + 1, 9000,
                [.. facts.Select((fact, i) => ((i + 0.5) / FactsOfOne, fact.Sentence))]);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            // What does not depend on the question is computed once for the five.
            using LeafStore leaves = LeafStore.OnDevice();
            IContextMethod method = engine.Calibrated(ContextMethods.Find(specification));
            if (method is RecallMethod recall)
                method = recall.WithMemory(new RecallMemory());
            foreach (HiddenObject fact in facts)
            {
                ContextInput input = engine.Prompt.Encode(text, fact.Question);
                var options = new GenerationOptions { MaxTokens = 24, Confidence = 0, Stop = [engine.Prompt.Stop] };
                var reader = new DocumentReader(method, engine.Request(input, options.AllTokens), options);
                reader.Keep(leaves);
                using KvContext context = reader.Read();
                Continuation answer = reader.Continue(context, engine.Tokenizer, options);
                string said = string.Concat(answer.Pieces.Select(piece => piece.Text));
                right += said.Contains(fact.Place, StringComparison.Ordinal) ? 1 : 0;
                float[] scores = AnswerSources.Scores(reader.Method, reader.Request, context, answer.Tokens)!;
                IReadOnlyList<Passage> passages =
                    new PassageIndex(new TextDocument("chronicle", text, input.Document), engine.Tokenizer).BySum(scores, 5);
                Assert.All(passages, one => Assert.Equal(one.Text, Encoding.UTF8.GetString(bytes[(int)one.Start..(int)one.End])));
                first += passages[0].Text == fact.Sentence ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{specification}: {first} first, {right} right answers of {Documents * FactsOfOne}");
        Assert.InRange(first, least, Documents * FactsOfOne);
        // Sources are those of the answer that was given, even where it is wrong.
        Assert.InRange(first, right - 1, Documents * FactsOfOne);
    }
}
