using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>
/// Reads folders that have a vocab.json and a merges.txt, as GPT-2 and Qwen2 were first published, and builds the tokenizer that
/// transformers builds of them, by the class that tokenizer_config.json names.
/// </summary>
internal static class BytePairFolder
{
    /// <summary>The name of the file of tokens and ids.</summary>
    internal const string FileName = "vocab.json";

    private const string MergesName = "merges.txt";
    private const string AddedName = "added_tokens.json";
    private const string ClassKey = "tokenizer_class";
    private const string EndOfText = "<|endoftext|>";
    private const int MostBytes = 128 << 20;

    // A vocabulary that is nested as deeply as files may be is one level deeper within the model.
    private static readonly JsonSerializerOptions Nested = new() { MaxDepth = 128 };

    // The pattern of Qwen2's tokenizer.
    private const string QwenWords =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] TokenNames =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens"];

    /// <summary>Reads the tokenizer of a folder; null where the folder has not both files.</summary>
    /// <exception cref="HomerException">A file is broken, or the tokenizer is of a class that Homer does not know.</exception>
    internal static PipelineTokenizer? TryLoad(string folder)
    {
        string path = Path.Combine(folder, FileName), merges = Path.Combine(folder, MergesName);
        if (!File.Exists(path) || !File.Exists(merges))
            return null;
        bool isQwen = IsQwen(folder);
        BpeModel model = ReadModel(path, merges);
        var added = new AddedTokenReader(model.Vocabulary);
        TokenizerConfig config = TokenizerConfig.Read(folder, added.AddDecoder);
        AddListed(folder, added);
        (bool addsSpace, string[] names) = ReadSettings(folder, isQwen);
        added.AddList(Part(path, "special tokens", new JsonArray(
            [.. names.Select(name => new JsonObject { ["content"] = name, ["special"] = true, ["normalized"] = false })])));
        int? begin = Id(config.BeginOfSequence ?? (isQwen ? null : EndOfText));
        JsonObject words = isQwen
            ? JsonSteps.PreTokenizers(JsonSteps.Split(QwenWords), JsonSteps.ByteLevel(usesPattern: false, addsSpace))
            : JsonSteps.ByteLevel(usesPattern: true, addsSpace);
        var vocabulary = new AddedVocabulary(added.Tokens, isQwen ? JsonSteps.ReadNormalizer(JsonSteps.Composed()) : null);
        return new(
            model, vocabulary, JsonSteps.ReadPreTokenizer(words), JsonSteps.ReadDecoder(JsonSteps.ByteLevel(usesPattern: true)),
            config.AddBeginOfSequence == true && begin is { } first ? new([first], []) : SequenceEnds.None)
        {
            EndOfSequence = Id(config.EndOfSequence ?? EndOfText),
        };

        int? Id(string? name) => name is null ? null : added.Tokens.FirstOrDefault(token => token.Text == name)?.Id;
    }

    private static bool IsQwen(string folder)
    {
        string config = Path.Combine(folder, TokenizerConfig.FileName), model = Path.Combine(folder, "config.json");
        string? name = Text(config, ClassKey), type = name is null ? Text(model, "model_type") : null;
        return (name, type) switch
        {
            ("Qwen2Tokenizer" or "Qwen2TokenizerFast", _) or (null, "qwen2" or "qwen3") => true,
            ("GPT2Tokenizer" or "GPT2TokenizerFast", _) or (null, "gpt2") => false,
            _ => throw new HomerException(
                $"{Quoted.Path(folder)} has {FileName} and {MergesName}, "
                + (name is null
                    ? $"but its {TokenizerConfig.FileName} names no {ClassKey}"
                    : $"but the {ClassKey} {Quoted.Text(name)} of its {TokenizerConfig.FileName} is none that Homer knows with them "
                        + "(GPT2Tokenizer, Qwen2Tokenizer)")
                + $"; download the model's {TokenizerJson.FileName}."),
        };
    }

    private static string? Text(string path, string name) => !File.Exists(path) ? null : JsonFile.Read(path, json =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null);

    private static BpeModel ReadModel(string path, string mergesPath)
    {
        var merges = new JsonArray();
        byte[] content = FileContent.Read(mergesPath, MostBytes);
        if (!Utf8.IsValid(content))
            throw Broken(mergesPath, "it is not UTF-8");
        foreach ((int index, string line) in Encoding.UTF8.GetString(content).Split('\n').Index())
        {
            string merge = line.TrimEnd('\r');
            if (merge.Length == 0 || (index == 0 && merge.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (merge.Split(' ') is not [{ Length: > 0 }, { Length: > 0 }])
                throw Broken(mergesPath, $"its line {index + 1} is not two tokens");
            merges.Add(merge);
        }

        return JsonFile.Read(path, vocabulary => ModelReader.Read(Part(path, "model", new JsonObject
        {
            ["type"] = "BPE",
            ["vocab"] = JsonNode.Parse(vocabulary.GetRawText()),
            ["merges"] = merges,
        })));
    }

    // This older file does not say which tokens are special; nearly all of them are.
    private static void AddListed(string folder, AddedTokenReader added)
    {
        string path = Path.Combine(folder, AddedName);
        if (!File.Exists(path))
            return;
        JsonFile.Read(path, json =>
        {
            var part = new JsonPart(path, "list", json);
            if (json.ValueKind != JsonValueKind.Object)
                throw part.Invalid("is not an object");
            var tokens = new JsonObject();
            foreach (JsonProperty entry in json.EnumerateObject())
            {
                string id = part.Required(entry.Name).AsCount().ToString(CultureInfo.InvariantCulture);
                tokens[id] = new JsonObject { ["content"] = entry.Name, ["special"] = true };
            }

            added.AddDecoder(Part(path, "list", tokens));
            return true;
        });
    }

    // What neither file names is as the class has it.
    private static (bool AddsSpace, string[] Names) ReadSettings(string folder, bool isQwen)
    {
        Dictionary<string, IReadOnlyList<string>> names = [];
        bool addsSpace = false;
        foreach (string file in (string[])[TokenizerConfig.MapName, TokenizerConfig.FileName])
        {
            string path = Path.Combine(folder, file);
            if (File.Exists(path))
                JsonFile.Read(path, json => Read(new(path, "content", json)));
        }

        foreach (string name in isQwen ? (string[])["eos_token", "unk_token", "pad_token"] : ["bos_token", "eos_token", "unk_token"])
            names.TryAdd(name, [EndOfText]);
        IEnumerable<string> found = names.Values.SelectMany(all => all).Where(name => name.Length > 0).Distinct();
        return (addsSpace, [.. found.Order(StringComparer.Ordinal)]);

        bool Read(JsonPart part)
        {
            addsSpace = part.Flag("add_prefix_space", addsSpace);
            foreach (string name in TokenNames)
            {
                if (!part.Value.TryGetProperty(name, out JsonElement value))
                    continue;
                names[name] = value.ValueKind switch
                {
                    JsonValueKind.Null => [],
                    JsonValueKind.Array => [.. new JsonPart("", name, value).Items().Select(item => Name(part, name, item.Value))],
                    _ => [Name(part, name, value)],
                };
            }

            return true;
        }
    }

    private static string Name(JsonPart part, string name, JsonElement value)
    {
        bool isObject = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out value);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw part.Invalid($"has a {name} {(isObject ? "whose content" : "that")} is not the text of a token");
    }

    private static JsonPart Part(string path, string name, JsonNode node) =>
        new(path, name, JsonSerializer.SerializeToElement(node, Nested));

    private static HomerException Broken(string path, string what) =>
        new($"{Quoted.Path(path)} is not a list of merges: {what}; download it again.");
}
