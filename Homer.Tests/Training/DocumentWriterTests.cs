using Homer.Engine;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;
using Homer.Tests.Tokenizers;
using Homer.Training.Documents;

namespace Homer.Tests.Training;

public sealed class DocumentWriterTests
{
    private static readonly ITokenizer Tokenizer = TestTokenizers.HomerMini;
    private static readonly PromptTemplate Template = PromptTemplate.Read(RepositoryFiles.HomerMini);
    private static readonly DocumentWriter Writer = new(new WordEncoder(Tokenizer), Template);

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Every_document_has_its_length_and_answers_that_it_tells(int tokens)
    {
        int facts = 0, keys = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            TrainingDocument document = Writer.Write(seed, tokens);
            string text = Tokenizer.Decode(document.Ids);
            Assert.Equal(tokens + 1, document.Ids.Length);
            Assert.Equal(tokens + 1, document.Roles.Length);
            for (int i = 0; i < document.Ids.Length; i++)
            {
                if (document.Roles[i] is TokenRole.Fact or TokenRole.OnlyFact)
                {
                    // The answer "Mara hid the lantern in the barn" is stated as "It was Mara who hid the lantern in the barn."
                    string[] words = Tokenizer.Decode(document.Ids.AsSpan(i - 6, 7)).Trim().Split(' ');
                    Assert.Contains($"It was {words[0]} who {string.Join(' ', words[1..])}.", text, StringComparison.Ordinal);
                    facts++;
                }
                else if (document.Roles[i] == TokenRole.FirstDigit)
                {
                    Assert.All(document.Roles[(i + 1)..(i + 5)], role => Assert.Equal(TokenRole.OtherDigit, role));
                    string key = Tokenizer.Decode(document.Ids.AsSpan(i, 5)).Trim();
                    Assert.Contains($"Remember it: #{key} is the pass key.", text, StringComparison.Ordinal);
                    keys++;
                }
            }
        }

        Assert.True(facts > 200 && keys > 40, $"{facts} facts and {keys} keys.");
    }

    [Fact]
    public void Attention_targets_are_earlier_tokens_that_state_the_answer()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            TrainingDocument document = Writer.Write(seed, 256);
            foreach (AttentionTarget target in document.AttentionTargets)
            {
                Assert.All(target.Keys, key => Assert.InRange(key, 0, target.Query - 1));
                if (target.Query >= document.QuestionStart && target.Kind != AttentionTargetKind.Bind)
                {
                    Assert.All(target.Keys, key => Assert.Contains(
                        document.FactSpans, span => span.Start.Value <= key && key < span.End.Value));
                }

                if (target.Kind == AttentionTargetKind.Retrieve)
                    Assert.Contains(document.Ids[target.Query + 1], target.Keys.Select(key => document.Ids[key]));
            }

            Assert.Equal(
                document.Roles.Count(role => role is TokenRole.Fact or TokenRole.OnlyFact or TokenRole.FirstDigit or TokenRole.OtherDigit),
                document.AttentionTargets.Count(target => target.Kind == AttentionTargetKind.Retrieve));
        }
    }

    [Fact]
    public void Words_are_encoded_as_texts_are()
    {
        const string text = "The pass key is #40921. Question: Where did Mara hide the lantern? Answer: Mara hid the lantern in the barn.";
        Assert.Equal(Tokenizer.Encode(text), new WordEncoder(Tokenizer).Encode(text));
    }
}
