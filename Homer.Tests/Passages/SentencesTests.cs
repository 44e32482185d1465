using System.Diagnostics;
using CsCheck;
using Homer.Engine.Passages;

namespace Homer.Tests.Passages;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("First. Two! Three?  Four", "First. |Two! |Three?  |Four")]
    [InlineData("Mr. Bennet met J. Smith. She left.", "Mr. Bennet met J. Smith. |She left.")]
    [InlineData("It cost 3.14 a piece... Or so.", "It cost 3.14 a piece... |Or so.")]
    [InlineData("“Go!” he said. (None.) Yes", "“Go!” |he said. |(None.) |Yes")]
    [InlineData("A title\n\nThe first line\nand the second", "A title\n\n|The first line\nand the second")]
    [InlineData("A title\r\n\r\nThe text", "A title\r\n\r\n|The text")]
    [InlineData("他走了。「好！」她說。完", "他走了。|「好！」|她說。|完")]
    [InlineData("no stop at all", "no stop at all")]
    [InlineData("", "")]
    public void Sentences_end_at_stops_and_empty_lines(string text, string sentences) =>
        Assert.Equal(sentences, string.Join('|', Sentences.Split(text)));

    [Theory]
    [InlineData("id,name\n1,red\n2,blue\n3,green\n", "id,name\n|1,red\n|2,blue\n|3,green\n")]
    [InlineData(
        "2026-03-01 INFO one\n2026-03-02 WARN two\n2026-03-03 INFO It was late. No\n2026-03-04 INFO four\n",
        "2026-03-01 INFO one\n|2026-03-02 WARN two\n|2026-03-03 INFO It was late. |No\n|2026-03-04 INFO four\n")]
    [InlineData("int Sum(int a)\n{\n    int b = a;\n    return b;\n}\n", "int Sum(int a)\n|{\n    |int b = a;\n    |return b;\n|}\n")]
    [InlineData("name: a\nlength: twelve meters\nkind: b\nto: c\nof: d\n", "name: a\n|length: twelve meters\n|kind: b\n|to: c\n|of: d\n")]
    [InlineData(
        "It is a truth universally acknowledged, that\na single man in possession of a good fortune\nmust be in want of a wife; and so\n"
        + "he was.\n\nEnd",
        "It is a truth universally acknowledged, that\na single man in possession of a good fortune\nmust be in want of a wife; and so\n"
        + "he was.\n\n|End")]
    [InlineData("Call\nMe\nIshmael.", "Call\nMe\nIshmael.")]
    public void Lines_of_logs_tables_and_code_stand_for_themselves(string text, string sentences)
    {
        int[] starts = [.. Sentences.Starts(text, byLines: true), text.Length];
        Assert.Equal(sentences, string.Join('|', starts[1..].Select((end, i) => text[starts[i]..end])));
    }

    [Fact]
    public void Together_they_are_the_text() => Gen.Char["ab. !?\n\r,”。\uD83D\uDE00A"].Array[0, 200].Sample(characters =>
    {
        IReadOnlyList<string> sentences = Sentences.Split(new(characters));
        Assert.Equal(new string(characters), string.Concat(sentences));
        Assert.DoesNotContain("", sentences);
    });

    [Fact]
    public void A_text_without_stops_is_split_between_words_and_characters()
    {
        Assert.All(Sentences.Split(string.Concat(Enumerable.Repeat("word ", 1000))), part => Assert.EndsWith("word ", part));
        IReadOnlyList<string> faces = Sentences.Split("x" + string.Concat(Enumerable.Repeat("😀", 3000)));
        Assert.InRange(faces.Count, 6, 8);
        Assert.All(faces, part => Assert.False(char.IsLowSurrogate(part[0]), "a character was split"));
    }

    [Fact]
    public void A_long_run_of_one_character_takes_linear_time()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (string run in new[] { ".", "\n", " ", "a", "。", "”" })
            Assert.NotEmpty(Sentences.Split(string.Concat(Enumerable.Repeat(run, 1_000_000))));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }
}
