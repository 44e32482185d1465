using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Types, flags and ids of the tokens in GGUF files of the test's own.</summary>
public sealed class GgufTokenTests
{
    private static readonly EncodeOptions Parsed = new(ParseSpecial: true);
    private static readonly EncodeOptions Whole = new(AddSpecial: true, ParseSpecial: true);

    [Fact]
    public void Types_say_which_names_are_found_in_a_text()
    {
        TinyGgufVocabulary file = TinyGgufVocabulary.BytePairs("gpt-2").Merge("a", "b");
        int control = file.Count, user = control + 1, end = control + 5;
        ITokenizer tokenizer = file.Add("<|ctl|>", 3).Add("<think>", 4).Add("<unused0>", 5).Add("<start_of_turn>", 1)
            .Add("<ud two>", 4).Add("<end_of_turn>", 1).Load();
        Assert.Equal(['x', control, 256, user, 'y'], tokenizer.Encode("x<|ctl|>ab<think>y", Parsed));
        Assert.Equal([.. "<|ctl|>".Select(c => (int)c), user], tokenizer.Encode("<|ctl|><think>"));
        Assert.Equal([.. "<unused0>".Select(c => (int)c)], tokenizer.Encode("<unused0>", Parsed));
        Assert.Equal([.. "<start_of_turn>".Select(c => (int)c)], tokenizer.Encode("<start_of_turn>", Parsed));
        Assert.Equal([control + 4], tokenizer.Encode("<ud two>"));
        // An end of a turn counts however it is typed.
        Assert.Equal([end], tokenizer.Encode("<end_of_turn>", Parsed));
        Assert.Equal("<end_of_turn>", tokenizer.Decode(tokenizer.Encode("<end_of_turn>")));
        Assert.Equal("x<think>", tokenizer.Decode(['x', control, user]));
        Assert.Equal("x<|ctl|><think>", tokenizer.Decode(['x', control, user], skipSpecial: false));
    }

    [Theory]
    [InlineData("gpt-2", null, false)]
    [InlineData("qwen2", null, false)]
    [InlineData("llama-bpe", null, true)]
    [InlineData("tekken", null, true)]
    [InlineData("gpt-2", true, true)]
    [InlineData("llama-bpe", false, false)]
    public void A_sequence_begins_as_the_file_says(string pre, bool? adds, bool begins)
    {
        TinyGgufVocabulary file = TinyGgufVocabulary.BytePairs(pre).Merge("a", "b").Add("<s>", 3).Id("bos", 257).Id("eos", 257);
        if (adds is { } flag)
            file.Flag("tokenizer.ggml.add_bos_token", flag);
        ITokenizer tokenizer = file.Load();
        Assert.Equal(begins ? [257, 256] : [256], tokenizer.Encode("ab", Whole));
        Assert.Equal((begins ? 257 : null, 257), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence));
    }

    [Fact]
    public void Without_the_id_of_a_beginning_none_is_added() =>
        Assert.Equal([256], TinyGgufVocabulary.BytePairs("llama-bpe").Merge("a", "b").Load().Encode("ab", Whole));

    [Fact]
    public void Pieces_merge_by_score_and_fall_back_to_bytes()
    {
        ITokenizer tokenizer = TinyGgufVocabulary.Pieces("\u2581", "a", "b", "c", "ab", "bc", "\u2581a", "\u2581ab").Load();
        Assert.Equal([1, 266], tokenizer.Encode("ab", Whole));
        Assert.Equal([265, 262], tokenizer.Encode("ac"));
        // bc has a worse score than ab.
        Assert.Equal([259, 262, 263, 262], tokenizer.Encode("cabc"));
        Assert.Equal([259, 3 + 0xe2, 3 + 0x82, 3 + 0xac], tokenizer.Encode("€"));
        Assert.Equal("cabc €", tokenizer.Decode(tokenizer.Encode("cabc €")));
        Assert.Equal([266, 2, 266], tokenizer.Encode("ab</s>ab", Parsed));
        Assert.DoesNotContain(2, tokenizer.Encode("ab</s>ab"));
    }

    [Fact]
    public void The_space_in_front_and_the_end_may_be_set()
    {
        ITokenizer tokenizer = TinyGgufVocabulary.Pieces("\u2581", "a", "\u2581a").Flag("tokenizer.ggml.add_space_prefix", false)
            .Flag("tokenizer.ggml.add_bos_token", false).Flag("tokenizer.ggml.add_eos_token", true).Id("eos", 2).Load();
        Assert.Equal([260, 261, 2], tokenizer.Encode("a a", Whole));
        Assert.Equal(" a", tokenizer.Decode([261]));
    }

    [Fact]
    public void What_contradicts_itself_is_refused()
    {
        Refused.With("'t5'", () =>
        {
            TinyGgufVocabulary file = TinyGgufVocabulary.Pieces("a");
            file.File.Set("tokenizer.ggml.model", "t5");
            file.Load();
        });
        Refused.With("lacks a token", () =>
        {
            TinyGgufVocabulary file = TinyGgufVocabulary.BytePairs("gpt-2").Merge("a", "b");
            file.Merge("ab", "xy");
            file.Load();
        });
        Refused.With("tokenizer.ggml.scores", () =>
        {
            TinyGgufVocabulary file = TinyGgufVocabulary.Pieces("a");
            file.HasScores = false;
            file.Load();
        });
    }
}
