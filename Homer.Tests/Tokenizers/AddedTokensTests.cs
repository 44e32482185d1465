using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Tokens that files beside tokenizer.model add to it; the tiny model has ids below 260.</summary>
public sealed class AddedTokensTests : IDisposable
{
    private const int First = TinyModel.FirstPiece + 1;

    private readonly TemporaryFolder folder = new TemporaryFolder().With("tokenizer.model", new TinyModel { Pieces = ["a"] }.ToBytes());

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("added_tokens.json", """{"<|im_end|>":260}""")]
    [InlineData(
        "tokenizer_config.json",
        """{"eos_token":"<|im_end|>","added_tokens_decoder":{"260":{"content":"<|im_end|>","special":true}}}""")]
    [InlineData("added_tokens.json", "\ufeff{\"<|im_end|>\":260,\"\":261}")]
    public void An_end_may_be_an_added_token(string file, string content)
    {
        folder.With("tokenizer_config.json", """{"eos_token":"<|im_end|>"}""").With(file, content);
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal((First, First + 1), (tokenizer.EndOfSequence, tokenizer.VocabularySize));
        Assert.Equal(tokenizer.Decode(tokenizer.Encode("a")), tokenizer.Decode([.. tokenizer.Encode("a"), First]));
        // In a document its name is text like any other.
        Assert.DoesNotContain(First, tokenizer.Encode("a<|im_end|>"));
        Assert.EndsWith("a<|im_end|>", tokenizer.Decode(tokenizer.Encode("a<|im_end|>")), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_that_are_not_special_are_their_text_and_gaps_are_nothing()
    {
        folder.With("tokenizer_config.json", """
            {"added_tokens_decoder":{"0":{"content":"<unk>","special":true},"263":{"content":"<think>","special":false},
            "265":{"content":"","special":true}}}
            """);
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal(264, tokenizer.VocabularySize);
        Assert.Equal("a<think>a", tokenizer.Decode([TinyModel.FirstPiece, 263, 262, 264, TinyModel.FirstPiece]));
        Assert.Equal(" \u2047 ", tokenizer.CreateDecoder(continues: true).Append(0));
    }

    [Fact]
    public void The_special_tokens_map_names_an_end_where_the_configuration_does_not()
    {
        folder.With("added_tokens.json", """{"<|im_end|>":260}""")
            .With("special_tokens_map.json", """{"eos_token":{"content":"<|im_end|>"}}""");
        Assert.Equal(260, TokenizerLoader.Load(folder.Path).EndOfSequence);
        folder.With("tokenizer_config.json", """{"eos_token":"</s>"}""");
        Assert.Equal(2, TokenizerLoader.Load(folder.Path).EndOfSequence);
    }

    [Theory]
    [InlineData("""{"bos_token":"","eos_token":"","unk_token":""}""")]
    [InlineData("""{"bos_token":{"content":""},"eos_token":{"content":null},"added_tokens_decoder":null}""")]
    public void Empty_names_are_none(string config)
    {
        folder.With("tokenizer_config.json", config);
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal((1, 2, First), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence, tokenizer.VocabularySize));
    }

    [Theory]
    [InlineData("added_tokens.json", "[]", "not a JSON object")]
    [InlineData("added_tokens.json", """{"<x>":"260"}""", "'<x>' has no id")]
    [InlineData("added_tokens.json", """{"<x>":-1}""", "far beyond")]
    [InlineData("added_tokens.json", """{"<x>":2000000000}""", "far beyond")]
    [InlineData("added_tokens.json", """{"<x>":260,"<y>":260}""", "two names")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":[]}""", "added_tokens_decoder")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"x":{"content":"<x>"}}}""", "'x'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"260":{"content":1}}}""", "'260'")]
    [InlineData("tokenizer_config.json", """{"eos_token":"\u001b[31m\n"}""", "'?[31m?'")]
    [InlineData("tokenizer_config.json", """{"eos_token":"\ud800"}""", "not Unicode")]
    public void Broken_lists_are_refused(string file, string content, string word)
    {
        folder.With(file, content);
        Refused.With(word, () => TokenizerLoader.Load(folder.Path));
    }

    [Theory]
    [InlineData("aGVsbG8= 0\nd29ybGQ= 1\nIQ== 2\n", "tiktoken")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 499723\n", "Git LFS pointer")]
    [InlineData("<html><body>Sign in</body></html>", "web page")]
    [InlineData("../../shared/tokenizer.model", "path of another file")]
    [InlineData("", "not a whole SentencePiece model")]
    public void Other_files_of_that_name_are_recognized(string content, string word)
    {
        folder.With("tokenizer.model", content);
        Refused.With(word, () => TokenizerLoader.Load(folder.Path));
    }
}
