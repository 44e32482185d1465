using System.Globalization;
using System.Text;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Llama 3's tokenizer.model, a vocabulary of tiktoken.</summary>
public sealed class TiktokenTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Llama_3_gives_the_recorded_ids()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require("tokenizers/llama3"));
        string[] texts = File.ReadAllText(SharedData.Require("tokenizers/llama3/cases.inp")).Split("\n__ggml_vocab_test__\n")[..^1];
        string[] lines = File.ReadAllLines(SharedData.Require("tokenizers/llama3/cases.out"));
        Assert.Equal(texts.Length, lines.Length);
        Assert.All(texts.Zip(lines), pair =>
        {
            string[] ids = pair.Second.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int[] expected = [.. ids.Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            Assert.Equal(expected, tokenizer.Encode(pair.First));
            Assert.Equal(pair.First, tokenizer.Decode(expected));
        });
        Assert.Equal((128000, 128001, 128256), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence, tokenizer.VocabularySize));
        Assert.Equal("<|eot_id|>", tokenizer.TokenText(128009));
        Assert.Equal("<|reserved_special_token_5|>", tokenizer.TokenText(128010));
        Assert.Equal("<|reserved_special_token_250|>", tokenizer.TokenText(128255));
    }

    [Fact]
    public void Merges_follow_the_ranks_and_marks_are_only_read_where_allowed()
    {
        folder.With("tokenizer.model", Lines([.. Bytes(), [.. "ab"u8], [.. "bc"u8], [.. "abc"u8]]));
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal([258], tokenizer.Encode("abc"));
        Assert.Equal(['x', 256], tokenizer.Encode("xab"));
        Assert.Equal([256, 256, 'b'], tokenizer.Encode("ababb"));
        Assert.Equal([0xe2, 0x82, 0xac], tokenizer.Encode("€"));
        Assert.Equal([259, 'a', 260], tokenizer.Encode("<|begin_of_text|>a<|end_of_text|>", new EncodeOptions(ParseSpecial: true)));
        Assert.DoesNotContain(259, tokenizer.Encode("<|begin_of_text|>"));
        Assert.Equal([259, 'a'], tokenizer.Encode("a", beginOfSequence: true));
    }

    [Theory]
    [InlineData("YQ== 0\nYg== 2\n", "line 2")]
    [InlineData("YQ== 0\nYQ== 1\n", "are the same")]
    [InlineData("YQ== 0\n", "the byte 0")]
    [InlineData("YQ== 0\n*** 1\n", "line 2")]
    [InlineData("YQ== 0\nYg== 99999999999999999999\n", "line 2")]
    public void A_damaged_vocabulary_is_refused(string content, string word)
    {
        folder.With("tokenizer.model", content);
        Refused.With(word, () => TokenizerLoader.Load(folder.Path));
    }

    private static IEnumerable<byte[]> Bytes() => Enumerable.Range(0, 256).Select(value => new[] { (byte)value });

    private static string Lines(IReadOnlyList<byte[]> tokens)
    {
        var lines = new StringBuilder();
        foreach ((int rank, byte[] token) in tokens.Index())
            lines.Append(CultureInfo.InvariantCulture, $"{Convert.ToBase64String(token)} {rank}\n");
        return lines.ToString();
    }
}
