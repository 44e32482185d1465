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
            Assert.Equal(tokens + 1, document.Ids.Length);
            Assert.Equal(tokens + 1, document.Roles.Length);
            for (int i = 0; i < document.Ids.Length; i++)
            {
                if (document.Roles[i] is TokenRole.Fact or TokenRole.OnlyFact)
                {
                    // "Mara hid the lantern in the barn" was told as "Mara who hid the lantern in the barn".
                    string[] words = Tokenizer.Decode(document.Ids.AsSpan(i - 6, 7)).Trim().Split(' ');
                    Assert.Contains($"It was {words[0]} who {string.Join(' ', words[1..])}.", Tokenizer.Decode(document.Ids), StringComparison.Ordinal);
                    facts++;
                }
                else if (document.Roles[i] == TokenRole.KeyBegin)
                {
                    Assert.All(document.Roles[(i + 1)..(i + 5)], role => Assert.Equal(TokenRole.KeyRest, role));
                    Assert.Contains($"Remember it: #{Tokenizer.Decode(document.Ids.AsSpan(i, 5)).Trim()} is the pass key.", Tokenizer.Decode(document.Ids), StringComparison.Ordinal);
                    keys++;
                }
            }
        }

        Assert.True(facts > 200 && keys > 40, $"{facts} facts and {keys} keys.");
    }

    [Fact]
    public void Glances_go_back_to_what_they_are_about()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            TrainingDocument document = Writer.Write(seed, 256);
            foreach (Glance glance in document.Glances)
            {
                Assert.All(glance.Sources, source => Assert.InRange(source, 0, glance.At - 1));
                if (glance.At >= document.Questions && glance.Kind != GlanceKind.Bind)
                    Assert.All(glance.Sources, source => Assert.Contains(document.Tellings, telling => telling.Start.Value <= source && source < telling.End.Value));
                if (glance.Kind == GlanceKind.Look)
                    Assert.Contains(document.Ids[glance.At + 1], glance.Sources.Select(source => document.Ids[source]));
            }

            Assert.Equal(
                document.Roles.Count(role => role is TokenRole.Fact or TokenRole.OnlyFact or TokenRole.KeyBegin or TokenRole.KeyRest),
                document.Glances.Count(glance => glance.Kind == GlanceKind.Look));
        }
    }

    [Fact]
    public void Words_are_encoded_as_texts_are()
    {
        const string text = "The pass key is #40921. Question: Where did Mara hide the lantern? Answer: Mara hid the lantern in the barn.";
        Assert.Equal(Tokenizer.Encode(text), new WordEncoder(Tokenizer).Encode(text));
    }
}
