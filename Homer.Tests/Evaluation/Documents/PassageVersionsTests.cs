using Homer.Engine;
using Homer.Engine.Evaluation.Documents;

namespace Homer.Tests.Evaluation.Documents;

public sealed class PassageVersionsTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private readonly HomerEngine engine = mini.Engine;

    [Fact]
    public void Versions_differ_in_what_is_planted_alone()
    {
        var passage = new PlantedPassage(SourceText.Chronicle(3, 40_000), text => engine.Prompt.Document(text));
        PassageVersions versions = passage.Versions(new(4), 3000);
        List<int[]> all = [];
        for (int i = 0; i < 6; i++)
        {
            string key = MagicNumbers.Draw(new(i), 1, 1)[0].Values[0];
            string sentence = $"It was Mara who told the number {key} to all.";
            double depth = i / 5.0;
            (int[] tokens, IReadOnlyList<Range> parts) = versions.Plant([(depth, sentence, key), (0.5, "Jon hid it.", "Jon hid it.")]);
            Assert.Equal(3000, tokens.Length);
            string text = engine.Tokenizer.Decode(tokens);
            Assert.Contains(sentence, text, StringComparison.Ordinal);
            Assert.Equal(key, engine.Tokenizer.Decode(tokens[parts[0]]).Trim());
            Assert.Equal("Jon hid it.", engine.Tokenizer.Decode(tokens[parts[1]]).Trim());
            Assert.InRange((double)parts[0].Start.Value / 3000, depth - 0.1, depth + 0.1);
            all.Add(tokens);
        }

        // Where sentences of as many tokens gave way, nothing else has moved.
        foreach (int[] other in all.Skip(1))
            Assert.InRange(all[0].Zip(other).Count(pair => pair.First != pair.Second), 1, 80);
    }

    [Fact]
    public void Short_passages_hold_all_that_is_planted()
    {
        var passage = new PlantedPassage(SourceText.Chronicle(3, 40_000), text => engine.Prompt.Document(text));
        for (int seed = 0; seed < 20; seed++)
        {
            (double, string, string)[] planted =
            [
                .. MagicNumbers.Draw(new(seed), 1, 4)[0].Values
                    .Select((value, i) => (i < 2 ? 1 : 0.4, $"It was Mara who told the number {value} to all.", value)),
            ];
            (int[] tokens, IReadOnlyList<Range> parts) = passage.Versions(new(seed), 600).Plant(planted);
            Assert.Equal(600, tokens.Length);
            Assert.All(planted.Zip(parts), pair => Assert.Equal(pair.First.Item3, engine.Tokenizer.Decode(tokens[pair.Second]).Trim()));
        }
    }

    [Fact]
    public void A_short_text_is_refused_by_name()
    {
        var passage = new PlantedPassage(new("short.txt", "Only this. And that."), text => engine.Prompt.Document(text));
        Assert.Contains("short.txt", Assert.Throws<HomerException>(() => passage.Versions(new(1), 400)).Message);
    }
}
