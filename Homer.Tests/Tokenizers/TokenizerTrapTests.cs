using System.Text;
using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>The small tokenizers of shared/traps, on which loaders went wrong, with what the reference makes of them.</summary>
public sealed class TokenizerTrapTests
{
    public static TheoryData<string> Folders
    {
        get
        {
            string? traps = SharedData.TryFind("traps");
            string[] found = traps is null ? [] : Directory.GetFiles(traps, "cases.json", SearchOption.AllDirectories);
            return [.. found.Select(file => Path.GetRelativePath(traps!, Path.GetDirectoryName(file)!))
                .Where(folder => folder.StartsWith("tokenizer-", StringComparison.Ordinal) && IsCase(folder))
                .DefaultIfEmpty("tokenizer-regex/anchors").Order(StringComparer.Ordinal)];
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Recorded_texts_and_ids_are_met(string folder)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(SharedData.Require($"traps/{folder}"));
        using var recordings = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require($"traps/{folder}/cases.json")));
        JsonElement root = recordings.RootElement;
        List<string> faults = [];
        foreach (JsonElement one in (root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("cases")).EnumerateArray())
        {
            string text = one.GetProperty("text").GetString()!;
            Compare(text, Ids(one, "ids")!, tokenizer.Encode(text, new EncodeOptions(ParseSpecial: true)));
            if (Ids(one, "ids_with_special") is { } whole)
                Compare(text, whole, tokenizer.Encode(text, new EncodeOptions(AddSpecial: true, ParseSpecial: true)));
            if (one.TryGetProperty("decoded", out JsonElement decoded))
                Assert.Equal(decoded.GetString(), tokenizer.Decode(Ids(one, "ids"), skipSpecial: false));
        }

        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonElement one in root.GetProperty("decodes").EnumerateArray())
            {
                Assert.Equal(one.GetProperty("text").GetString(), tokenizer.Decode(Ids(one, "ids"), skipSpecial: false));
                Assert.Equal(one.GetProperty("text_skip_special").GetString(), tokenizer.Decode(Ids(one, "ids"), skipSpecial: true));
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));

        void Compare(string text, int[] expected, int[] actual)
        {
            if (!expected.AsSpan().SequenceEqual(actual))
                faults.Add($"'{text}' [{string.Join(',', expected)}] is [{string.Join(',', actual)}]");
        }
    }

    [Theory]
    [InlineData("unigram", "Unigram")]
    [InlineData("wordlevel", "WordLevel")]
    [InlineData("wordpiece", "WordPiece")]
    public void Other_models_are_refused_by_their_type(string folder, string type) =>
        Refused.With(type, () => TokenizerLoader.Load(SharedData.Require($"traps/tokenizer-other-models/{folder}")));

    [Theory]
    [InlineData("spm")]
    [InlineData("byte-level")]
    public void Ids_decoded_one_at_a_time_give_the_whole(string name)
    {
        using TemporaryFolder folder = new TemporaryFolder().With(
            "tokenizer.json", File.ReadAllBytes(SharedData.Require($"traps/tokenizer-streaming/{name}.tokenizer.json")));
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        using var recordings = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("traps/tokenizer-streaming/cases.json")));
        foreach (JsonElement one in recordings.RootElement.GetProperty(name).EnumerateArray())
        {
            string whole = one.GetProperty("whole_skip_special").GetString()!;
            var text = new StringBuilder();
            StreamingDecoder decoder = tokenizer.CreateDecoder();
            foreach (int id in Ids(one, "ids")!)
            {
                text.Append(decoder.Append(id));
                Assert.StartsWith(text.ToString(), whole, StringComparison.Ordinal);
            }

            Assert.Equal(whole, text.Append(decoder.Flush()).ToString());
            Assert.Equal(one.GetProperty("whole").GetString(), tokenizer.Decode(Ids(one, "ids"), skipSpecial: false));
        }
    }

    private static bool IsCase(string folder) =>
        !folder.StartsWith("tokenizer-streaming", StringComparison.Ordinal)
        && !folder.StartsWith("tokenizer-other-models", StringComparison.Ordinal);

    private static int[]? Ids(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement ids)
        ? [.. ids.EnumerateArray().Select(id => id.GetInt32())]
        : null;
}
