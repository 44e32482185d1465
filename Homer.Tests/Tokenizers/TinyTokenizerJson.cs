using System.Text.Json.Nodes;
using Homer.Engine.Tokenizers;
using Homer.Engine.Tokenizers.Unicode;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Writes small tokenizer.json files: the 256 bytes as byte-level characters, and what merges make of them.</summary>
internal static class TinyTokenizerJson
{
    public const int FirstMerge = 256;

    /// <summary>Returns a file of byte-level pairs.</summary>
    /// <param name="merges">The merges, such as <c>t h</c>; the token of each gets the next id from 256.</param>
    public static JsonObject ByteLevel(params string[] merges)
    {
        var vocabulary = new JsonObject();
        for (int value = 0; value < FirstMerge; value++)
            vocabulary[ByteAlphabet.Of((byte)value).ToString()] = value;
        foreach ((int rank, string merge) in merges.Index())
            vocabulary[merge.Replace(" ", "", StringComparison.Ordinal)] = FirstMerge + rank;
        return new()
        {
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
            ["pre_tokenizer"] = Parse("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"""),
            ["decoder"] = Parse("""{"type":"ByteLevel"}"""),
        };
    }

    /// <summary>Returns a file of characters, cut by nothing.</summary>
    public static JsonObject Characters(string characters, params string[] merges)
    {
        var vocabulary = new JsonObject();
        foreach (string character in characters.EnumerateRunes().Select(rune => rune.ToString()).Concat(
            merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))))
            vocabulary[character] = vocabulary.Count;
        return new()
        {
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
            ["decoder"] = Parse("""{"type":"Fuse"}"""),
        };
    }

    public static JsonNode Parse(string json) => JsonNode.Parse(json)!;

    /// <summary>Loads a file, with another part in the place of one of its own.</summary>
    public static ITokenizer Load(this JsonObject file, string? part = null, string json = "null")
    {
        if (part is not null)
            file[part] = JsonNode.Parse(json);
        return Load(file.ToJsonString());
    }

    /// <summary>Loads the content of a file.</summary>
    public static ITokenizer Load(string content, string? config = null)
    {
        using TemporaryFolder folder = new TemporaryFolder().With("tokenizer.json", content);
        if (config is not null)
            folder.With("tokenizer_config.json", config);
        return TokenizerLoader.Load(folder.Path);
    }
}
