using System.Text.Json;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Json;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The settings of tokenizer_config.json and special_tokens_map.json for the ends of a sequence; null where there are none.
/// </summary>
internal sealed record TokenizerConfig(bool? AddBeginOfSequence, string? BeginOfSequence, string? EndOfSequence)
{
    public const string FileName = "tokenizer_config.json";

    public const string MapName = "special_tokens_map.json";

    /// <summary>The file that names the end of a sequence.</summary>
    public string EndFile { get; private init; } = FileName;

    /// <summary>Reads the files; a model folder may be without them.</summary>
    /// <param name="modelFolder">The folder.</param>
    /// <param name="readTokens">Receives the list of added tokens of tokenizer_config.json, where it has one.</param>
    /// <exception cref="HomerException">A file is broken.</exception>
    public static TokenizerConfig Read(string modelFolder, Action<JsonPart>? readTokens = null)
    {
        TokenizerConfig own = ReadFile(Path.Combine(modelFolder, FileName), readTokens);
        TokenizerConfig map = ReadFile(Path.Combine(modelFolder, MapName));
        return own with
        {
            BeginOfSequence = own.BeginOfSequence ?? map.BeginOfSequence,
            EndOfSequence = own.EndOfSequence ?? map.EndOfSequence,
            EndFile = own.EndOfSequence is null && map.EndOfSequence is not null ? MapName : FileName,
        };
    }

    /// <summary>Returns the error of a name of an end that no token has.</summary>
    /// <param name="modelFolder">The folder.</param>
    /// <param name="name">The name.</param>
    /// <param name="vocabulary">The file that has the vocabulary.</param>
    /// <param name="file">The file that names it.</param>
    public static HomerException Unknown(string modelFolder, string name, string vocabulary, string file = FileName) => new(
        $"{Quoted.Path(Path.Combine(modelFolder, file))} names the token {Quoted.Text(name)}, which neither {vocabulary} nor the added "
        + "tokens have; download the folder's tokenizer again.");

    private static TokenizerConfig ReadFile(string path, Action<JsonPart>? readTokens = null)
    {
        return File.Exists(path) ? JsonFile.Read(path, Parse) : new(null, null, null);

        TokenizerConfig Parse(JsonElement json)
        {
            if (json.ValueKind != JsonValueKind.Object)
                throw Invalid(path, "it is not a JSON object");
            if (Value(json, "added_tokens_decoder") is { } tokens)
                readTokens?.Invoke(new(path, "added_tokens_decoder", tokens));
            return new(Flag(path, json, "add_bos_token"), Token(path, json, "bos_token"), Token(path, json, "eos_token"));
        }
    }

    private static bool? Flag(string path, JsonElement json, string name) => Value(json, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Invalid(path, $"its {name} is neither true nor false"),
    };

    /// <summary>Returns the text of a token, which files write as a string or as an object with a member <c>content</c>.</summary>
    private static string? Token(string path, JsonElement json, string name)
    {
        JsonElement? token = Value(json, name) is { ValueKind: JsonValueKind.Object } inner ? Value(inner, "content") : Value(json, name);
        if (token is { } text && text.ValueKind != JsonValueKind.String)
            throw Invalid(path, $"its {name} is not the text of a token");
        // Files write an empty name for a token that a model does not have.
        return token?.GetString() is { Length: > 0 } value ? value : null;
    }

    private static JsonElement? Value(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static HomerException Invalid(string path, string what) =>
        new($"{Quoted.Path(path)} is not a valid tokenizer configuration: {what}; download it again.");
}
