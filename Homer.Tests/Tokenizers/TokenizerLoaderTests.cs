using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

public sealed class TokenizerLoaderTests
{
    [Fact]
    public void A_model_folder_gives_its_tokenizer()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(RepositoryFiles.HomerMini);
        Assert.Equal((1024, 1, 2), (tokenizer.VocabularySize, tokenizer.BeginOfSequence, tokenizer.EndOfSequence));
    }

    [Theory]
    [InlineData("{}", 1, 2)]
    [InlineData("""{"bos_token": null, "eos_token": null, "add_bos_token": null}""", 1, 2)]
    [InlineData("""{"add_bos_token": false}""", null, 2)]
    [InlineData("""{"bos_token": {"content": "</s>"}, "eos_token": "<s>"}""", 2, 1)]
    public void The_configuration_decides_the_ends(string config, int? begin, int? end)
    {
        ITokenizer tokenizer = TestTokenizers.Load(new TinyModel(), config);
        Assert.Equal((begin, end), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence));
        Assert.Equal(begin is { } id ? [id] : [], tokenizer.Encode("", beginOfSequence: true));
    }

    [Fact]
    public void A_model_may_have_no_begin_token() => Assert.Null(TestTokenizers.Load(new TinyModel { BeginId = -1 }).BeginOfSequence);

    [Theory]
    [InlineData("", "tokenizer_config.json")]
    [InlineData("[]", "tokenizer_config.json")]
    [InlineData("""{"add_bos_token": "yes"}""", "tokenizer_config.json")]
    [InlineData("""{"bos_token": 1}""", "tokenizer_config.json")]
    [InlineData("""{"eos_token": "<|im_end|>"}""", "<|im_end|>")]
    public void A_configuration_that_makes_no_sense_is_named(string config, string named)
    {
        var refusal = Assert.Throws<HomerException>(() => TestTokenizers.Load(new TinyModel(), config));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_readable_tokenizer_is_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("has no tokenizer.model", Load(), StringComparison.Ordinal);
        folder.With("tokenizer.json", "{}");
        Assert.Contains("tokenizer.json' cannot be used: it has no model", Load(), StringComparison.Ordinal);

        string Load() => Assert.Throws<HomerException>(() => TokenizerLoader.Load(folder.Path)).Message;
    }

    [Fact]
    public void Control_tokens_cannot_be_written_in_text()
    {
        ITokenizer tokenizer = TestTokenizers.Load(new TinyModel { Pieces = ["</", "s>", "<s", ">", "<0x0", "A>"] });
        Assert.DoesNotContain(tokenizer.Encode("</s><s><unk><0x0A>"), id => id is 0 or 1 or 2 or 13);
        Assert.Equal([TinyModel.FirstPiece, TinyModel.FirstPiece + 1], tokenizer.Encode("</s>")[^2..]);
    }

    [Theory]
    [InlineData("  a   b ", "a b")]
    [InlineData("a", "a")]
    [InlineData("   ", "")]
    public void A_model_may_ask_for_superfluous_spaces_to_go(string text, string expected)
    {
        ITokenizer tokenizer = TestTokenizers.Load(new TinyModel { RemovesExtraSpaces = true, Pieces = ["\u2581", "a", "b"] });
        Assert.Equal(expected, tokenizer.Decode(tokenizer.Encode(text)));
    }
}
