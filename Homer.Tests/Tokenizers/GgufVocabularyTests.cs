using System.Text.Json;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>The tokenizers inside GGUF files.</summary>
public sealed class GgufVocabularyTests(ITestOutputHelper output)
{
    // The text that the rows of shared/traps on pre-tokenizers and token types name.
    private const string Ones = "11111 isn't  it's";

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2")]
    [InlineData("llama3.2")]
    [InlineData("mistral-nemo")]
    [InlineData("qwen2.5")]
    public void A_vocabulary_encodes_as_the_folder_of_the_same_model(string name)
    {
        using TemporaryFolder folder = new TemporaryFolder().With(
            "v.gguf", GoldFamilies.Gunzip(SharedData.Require($"tokenizers/gguf/{name}.vocab.gguf.gz")));
        ITokenizer tokenizer = TokenizerLoader.Load(folder["v.gguf"]);
        using JsonDocument recordings = GoldFamilies.Recordings(name);
        List<string> faults = [];
        int count = 0;
        foreach (JsonElement one in recordings.RootElement.GetProperty("cases").EnumerateArray())
        {
            count++;
            faults.AddRange(GoldFamilyTests.TextFaults(tokenizer, one, onlyParsed: true));
        }

        output.WriteLine($"{count - faults.Count} of {count} met");
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
    }

    [Theory]
    [InlineData("gpt-2", new[] { 317, 318 })]
    [InlineData("llama-bpe", new[] { 318, 317 })]
    [InlineData("qwen2", new[] { 19, 19, 19, 19, 19 })]
    [InlineData("tekken", new[] { 19, 19, 19, 19, 19 })]
    [InlineData("smollm", new[] { 19, 19, 19, 19, 19 })]
    [InlineData("default", new[] { 318, 317, 223, 270, 80, 9, 86, 223, 223, 276, 9, 85 })]
    [InlineData("missing", new[] { 318, 317, 223, 270, 80, 9, 86, 223, 223, 276, 9, 85 })]
    public void The_file_names_how_words_are_cut(string file, int[] first)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require($"traps/gguf-pre-tokenizer/{file}.gguf"));
        Assert.Equal(first, tokenizer.Encode(Ones)[..first.Length]);
        Assert.Equal(file == "missing" ? 1 : 0, tokenizer.Notes.Count);
    }

    [Theory]
    [InlineData("gguf-pre-tokenizer/unknown", "unheard-of")]
    [InlineData("gguf-spm-flags/no-scores", "tokenizer.ggml.scores")]
    [InlineData("gguf-vocabulary-size/token-types-short", "tokenizer.ggml.token_type")]
    [InlineData("gguf-vocabulary-size/no-merges", "tokenizer.ggml.merges")]
    [InlineData("gguf-vocabulary-size/no-tokenizer", "no tokenizer")]
    public void What_cannot_be_used_is_named(string file, string named) =>
        Refused.With(named, () => TokenizerLoader.Load(SharedData.Require($"traps/{file}.gguf")));

    [Theory]
    [InlineData("more-tokens-than-rows")]
    [InlineData("fewer-tokens-than-rows")]
    public void Tokens_and_rows_must_be_as_many(string file) => Refused.With(
        "tokenizer.ggml.tokens", () => ModelSource.Open(SharedData.Require($"traps/gguf-vocabulary-size/{file}.gguf")).Dispose());

    [Fact]
    public void An_end_beyond_the_vocabulary_is_passed_over_with_a_word()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require("traps/gguf-vocabulary-size/eos-out-of-range.gguf"));
        Assert.Null(tokenizer.EndOfSequence);
        Assert.Contains("70000", Assert.Single(tokenizer.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_id_of_a_beginning_none_is_added()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require("traps/gguf-vocabulary-size/no-bos-id.gguf"));
        Assert.Equal(tokenizer.Encode("the"), tokenizer.Encode("the", new EncodeOptions(AddSpecial: true)));
    }

    [Fact]
    public void Flags_of_pieces_and_scores_are_as_recorded()
    {
        using var recordings = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("traps/gguf-spm-flags/cases.json")));
        List<string> faults = [];
        foreach (JsonElement file in recordings.RootElement.EnumerateArray())
        {
            string name = file.GetProperty("file").GetString()!;
            if (name == "no-scores.gguf")
                continue;
            ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require($"traps/gguf-spm-flags/{name}"));
            foreach (JsonElement one in file.GetProperty("cases").EnumerateArray())
                faults.AddRange(GoldFamilyTests.TextFaults(tokenizer, one, onlyParsed: true).Select(fault => $"{name}: {fault}"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("llama3-style", new[] { 310, 311, 312 })]
    [InlineData("chatml-style", new[] { 310, 312 })]
    [InlineData("gemma-style", new[] { 2, 311 })]
    [InlineData("phi3-style", new[] { 310, 312 })]
    [InlineData("own-name-by-key", new[] { 2, 310 })]
    [InlineData("eom-by-key", new[] { 2, 310, 311 })]
    [InlineData("normal-typed-end-of-turn", new[] { 2, 311 })]
    public void Answers_end_at_every_end_of_a_turn(string file, int[] ends)
    {
        string path = SharedData.Require($"traps/gguf-stop-ids/{file}.gguf");
        using ModelSource source = ModelSource.Open(path);
        Assert.Empty(ends.Except(source.Config.EndOfSequence));
        if (file == "normal-typed-end-of-turn")
        {
            ITokenizer tokenizer = TokenizerLoader.Load(path);
            Assert.Contains(311, tokenizer.Encode("a<end_of_turn>", new EncodeOptions(ParseSpecial: true)));
            Assert.DoesNotContain(311, tokenizer.Encode("a<end_of_turn>"));
        }
    }
}
