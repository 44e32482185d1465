using CsCheck;
using Homer.Engine.Evaluation.Documents;

namespace Homer.Tests.Evaluation.Documents;

public sealed class DocumentComposerTests
{
    private static readonly Gen<(int Length, double[] Depths, int[] Sentences)> Any =
        Gen.Select(Gen.Int[1, 3000], Gen.Double[0, 1].Array[0, 6], Gen.Int[1, 30].Array[1, 20]);

    [Fact]
    public void Documents_have_their_length_and_facts_their_depth() => Any.Sample((length, depths, sentences) =>
    {
        const int Longest = 30;
        int next = 0;
        (double Depth, string Sentence)[] facts = [.. depths.Select((depth, i) => (depth, $"F{i}".PadRight(9, '!')))];
        string text = DocumentComposer.Compose(
            () => new string('x', sentences[next++ % sentences.Length]), sentence => sentence.Length + 1, length, facts);

        int written = text.Length + 1, told = facts.Length * 10;
        Assert.InRange(written, length, Math.Max(length, told) + Longest);
        foreach ((double depth, string sentence) in facts)
        {
            int at = text.IndexOf(sentence, StringComparison.Ordinal);
            Assert.Equal(at, text.LastIndexOf(sentence, StringComparison.Ordinal));
            Assert.InRange(at, Math.Min(depth * length, length - told) - 1, (depth * length) + Longest + told);
        }
    });

    [Fact]
    public void The_first_and_the_last_place_are_the_facts_own()
    {
        string text = DocumentComposer.Compose(() => "More.", sentence => sentence.Length, 40, [(1, "The end."), (0, "The beginning.")]);
        Assert.StartsWith("The beginning. More.", text, StringComparison.Ordinal);
        Assert.EndsWith("More. The end.", text, StringComparison.Ordinal);
    }
}
