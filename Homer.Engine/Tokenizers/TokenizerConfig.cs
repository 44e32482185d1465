using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The settings of tokenizer_config.json and special_tokens_map.json for the ends of a sequence; null where there are none.
/// </summary>
internal sealed record TokenizerConfig(bool? AddBeginOfSequence, string? BeginOfSequence, string? EndOfSequence)
{
    public const string FileName = "tokenizer_config.json";

    private const string MapName = "special_tokens_map.json";

    /// <summary>Reads the files; a model folder may be without them.</summary>
    /// <exception cref="HomerException">A file is broken.</exception>
    public static TokenizerConfig Read(string modelFolder)
    {
        TokenizerConfig own = ReadFile(Path.Combine(modelFolder, FileName)), map = ReadFile(Path.Combine(modelFolder, MapName));
        return own with
        {
            BeginOfSequence = own.BeginOfSequence ?? map.BeginOfSequence,
            EndOfSequence = own.EndOfSequence ?? map.EndOfSequence,
        };
    }

    private static TokenizerConfig ReadFile(string path) => File.Exists(path)
        ? JsonFile.Read(path, json => json.ValueKind == JsonValueKind.Object
            ? new TokenizerConfig(Flag(path, json, "add_bos_token"), Token(path, json, "bos_token"), Token(path, json, "eos_token"))
            : throw Invalid(path, "it is not a JSON object"))
        : new(null, null, null);

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
