using Homer.Cli.Survivors;

namespace Homer.Tests.Cli.Survivors;

/// <summary>
/// Tests that the place of an answer is where most of its words were kept together, and a rare word rather than a common one.
/// </summary>
public sealed class AnswerPlaceTests
{
    // Words and the blanks after them are the tokens of these tests; those in capital letters and with a star were kept.
    private const string Text =
        "the pass* key* is* #11111 . the road is long . anna hid the bottle* in the barn . bruno* hid* the bottle* in the orchard* . "
        + "the* pass* key* is* #06191* . the orchard* is old";

    [Theory]
    [InlineData("The pass key is #06191", "#06191")]
    [InlineData("the pass key is #11111", "pass")]
    [InlineData("Bruno hid the bottle in the orchard", "bruno")]
    [InlineData("ORCHARD", "orchard")]
    [InlineData("nothing of this", "pass")]
    [InlineData("", "pass")]
    [InlineData(null, "pass")]
    public void The_rarest_word_that_was_kept_among_others_is_the_place(string? answer, string expected)
    {
        (string text, List<int> lengths, List<bool> isKept) = Split(Text);
        int place = Assert.NotNull(AnswerPlace.Find(answer, text, lengths, isKept));
        int start = lengths.Take(place).Sum();
        Assert.StartsWith(expected, text[start..], StringComparison.Ordinal);
        Assert.True(isKept[place]);
    }

    [Fact]
    public void The_place_is_where_the_words_stand_together_and_not_where_one_of_them_does()
    {
        string filler = string.Concat(Enumerable.Repeat("and so on ", 30));
        (string text, List<int> lengths, List<bool> isKept) = Split(
            $"orchard* {filler} bruno* hid* the bottle* in the orchard* {filler} bruno*");
        int place = Assert.NotNull(AnswerPlace.Find("Bruno hid the bottle in the orchard", text, lengths, isKept));
        Assert.StartsWith("hid the bottle", text[lengths.Take(place).Sum()..], StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_of_scripts_without_blanks_are_words_and_characters_of_several_tokens_have_a_place()
    {
        string text = "道很长。钥匙是红色的🏡x。";
        int[] lengths = [.. Enumerable.Repeat(1, 10), 0, 0, 0, 2, 1, 1];
        bool[] isKept = new bool[lengths.Length];
        (isKept[4], isKept[5], isKept[14]) = (true, true, true);
        Assert.Equal(4, AnswerPlace.Find("钥匙", text, lengths, isKept));
        Assert.Equal(14, AnswerPlace.Find("x", text, lengths, isKept));
    }

    [Fact]
    public void Where_nothing_was_kept_there_is_no_place()
    {
        Assert.Null(AnswerPlace.Find("the", "the road", [4, 4], [false, false]));
        Assert.Null(AnswerPlace.Find("the", "", [], []));
    }

    private static (string Text, List<int> Lengths, List<bool> IsKept) Split(string words)
    {
        string[] parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] tokens = [.. parts.Select(part => part.TrimEnd('*') + " ")];
        return (string.Concat(tokens), [.. tokens.Select(token => token.Length)], [.. parts.Select(part => part.EndsWith('*'))]);
    }
}
