using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Folders with vocab.json and merges.txt in the place of tokenizer.json.</summary>
public sealed class BytePairFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("gpt2")]
    [InlineData("qwen2.5")]
    [InlineData("qwen3")]
    public void The_files_of_a_real_model_meet_its_recordings(string family)
    {
        SharedData.Require($"tokenizers/hf/{family}");
        using TemporaryFolder whole = GoldFamilies.Unpack(family);
        JsonObject model = JsonNode.Parse(File.ReadAllBytes(whole["tokenizer.json"]))!["model"]!.AsObject();
        folder.With("vocab.json", model["vocab"]!.ToJsonString()).With("merges.txt", "#version: 0.2\n" + string.Concat(
            model["merges"]!.AsArray().Select(merge => (merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!) + "\n")));
        File.Copy(whole["tokenizer_config.json"], folder["tokenizer_config.json"]);
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        using JsonDocument recordings = GoldFamilies.Recordings(family);
        string[] faults =
        [
            .. recordings.RootElement.GetProperty("cases").EnumerateArray().SelectMany(one => GoldFamilyTests.TextFaults(tokenizer, one)),
        ];
        Assert.True(faults.Length == 0, string.Join('\n', faults.Take(20)));
        Assert.Equal(GoldFamilies.Load(family).EndOfSequence, tokenizer.EndOfSequence);
    }

    [Fact]
    public void The_class_says_how_words_are_cut()
    {
        Write("1 2", "a b");
        folder.With("tokenizer_config.json", """{"tokenizer_class":"GPT2Tokenizer","add_bos_token":true}""");
        ITokenizer gpt2 = TokenizerLoader.Load(folder.Path);
        Assert.Equal([256, 257], gpt2.Encode("12ab"));
        int end = gpt2.EndOfSequence!.Value;
        Assert.Equal([end, 257], gpt2.Encode("ab", new EncodeOptions(AddSpecial: true)));
        Assert.Equal([257, end], gpt2.Encode("ab<|endoftext|>", new EncodeOptions(ParseSpecial: true)));
        Assert.DoesNotContain(end, gpt2.Encode("ab<|endoftext|>"));
        folder.With("tokenizer_config.json", """{"tokenizer_class":"Qwen2TokenizerFast","eos_token":"<|im_end|>"}""");
        folder.With("added_tokens.json", """{"<|endoftext|>":258,"<|im_start|>":259,"<|im_end|>":260}""");
        ITokenizer qwen = TokenizerLoader.Load(folder.Path);
        Assert.Equal(['1', '2', 257, 260], qwen.Encode("12ab<|im_end|>", new EncodeOptions(ParseSpecial: true)));
        Assert.Equal(qwen.Encode("é"), qwen.Encode("e\u0301"));
        Assert.Equal((260, null), (qwen.EndOfSequence, qwen.BeginOfSequence));
        Assert.Equal("12ab", qwen.Decode(qwen.Encode("12ab")));
    }

    [Theory]
    [InlineData("""{"tokenizer_class":"RobertaTokenizer"}""", "RobertaTokenizer")]
    [InlineData("{}", "tokenizer_class")]
    [InlineData("""{"tokenizer_class":"GPT2Tokenizer","bos_token":[1]}""", "bos_token")]
    public void Other_classes_are_refused_by_name(string config, string word)
    {
        Write("a b");
        folder.With("tokenizer_config.json", config);
        Refused.With(word, () => TokenizerLoader.Load(folder.Path));
    }

    [Theory]
    [InlineData("a b\nc\n", "line 2")]
    [InlineData("a b\na  b\n", "line 2")]
    [InlineData("a b\nx yz\n", "yz")]
    public void Broken_merges_are_refused(string merges, string word)
    {
        Write("a b");
        folder.With("merges.txt", merges).With("tokenizer_config.json", """{"tokenizer_class":"GPT2Tokenizer"}""");
        Refused.With(word, () => TokenizerLoader.Load(folder.Path));
    }

    private void Write(params string[] merges)
    {
        JsonObject model = TinyTokenizerJson.ByteLevel(merges)["model"]!.AsObject();
        folder.With("vocab.json", model["vocab"]!.ToJsonString()).With("merges.txt", string.Concat(merges.Select(merge => merge + "\n")));
    }
}
