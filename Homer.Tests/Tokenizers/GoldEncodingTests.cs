using System.Diagnostics;
using System.Globalization;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

public sealed class GoldEncodingTests
{
    public static TheoryData<string, int[]> HomerMiniCases => new()
    {
        {
            "Question: What is the pass key? Answer: The pass key is #",
            [335, 986, 406, 292, 261, 290, 295, 992, 334, 986, 281, 290, 295, 292, 302]
        },
        { "Remember it: 40921 is the pass key.", [413, 397, 986, 961, 1001, 1008, 1003, 1004, 1002, 292, 261, 290, 295, 973] },
        { "It was Mara who hid the lantern in the barn.", [396, 289, 624, 403, 303, 261, 667, 291, 261, 588, 973] },
        { "  two  spaces", [961, 961, 260, 977, 969, 961, 825, 777, 296] },
        { "line\n\tnext", [297, 265, 962, 13, 12, 968, 962, 1018, 964] },
        { "wörld 🦙", [268, 198, 185, 966, 743, 961, 243, 162, 169, 156] },
        { "</s>", [961, 63, 50, 967, 65] },
    };

    [Fact]
    public void Llama_2_gives_the_recorded_ids()
    {
        ITokenizer tokenizer = TestTokenizers.Llama2;
        string[] texts = File.ReadAllText(SharedData.Require("tokenizers/llama2/cases.inp")).Split("\n__ggml_vocab_test__\n")[..^1];
        string[] lines = File.ReadAllLines(SharedData.Require("tokenizers/llama2/cases.out"));
        Assert.Equal(46, texts.Length);
        Assert.Equal(texts.Length, lines.Length);

        Assert.All(texts.Zip(lines), pair =>
        {
            string[] ids = pair.Second.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int[] expected = [.. ids.Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            Assert.Equal(expected, tokenizer.Encode(pair.First));
            Assert.Equal(pair.First, tokenizer.Decode(expected));
        });
    }

    [Theory]
    [MemberData(nameof(HomerMiniCases))]
    public void Homer_mini_as_SentencePiece_made_it_gives_the_recorded_ids(string text, int[] expected)
    {
        // Recorded with the tokenizer of an earlier homer-mini, which SentencePiece had made.
        ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require("models/homer-mini"));
        Assert.Equal(expected, tokenizer.Encode(text));
        Assert.Equal(text, tokenizer.Decode(expected));
    }

    [Fact]
    public void The_question_ends_with_the_piece_that_predicts_the_answer()
    {
        ITokenizer tokenizer = TestTokenizers.HomerMini;
        int last = tokenizer.Encode("Question: What is the pass key? Answer: The pass key is #")[^1];
        Assert.Equal(" #", tokenizer.CreateDecoder(continues: true).Append(last));
    }

    [Fact]
    public void A_novel_takes_seconds_and_comes_back_unchanged()
    {
        string text = File.ReadAllText(SharedData.Require("texts/moby-dick.txt"));
        var clock = Stopwatch.StartNew();
        int[] ids = TestTokenizers.Llama2.Encode(text);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{ids.Length} tokens took {clock.Elapsed.TotalSeconds:F1} s.");
        Assert.Equal(text, TestTokenizers.Llama2.Decode(ids));
    }
}
