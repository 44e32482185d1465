using System.Text.Json;

namespace Homer.Engine.Tokenizers;

/// <summary>The settings of tokenizer_config.json for the ends of a sequence; null where the file has none.</summary>
internal sealed record TokenizerConfig(bool? AddBeginOfSequence, string? BeginOfSequence, string? EndOfSequence)
{
    public const string FileName = "tokenizer_config.json";

    /// <summary>Reads the file; a model folder may be without it.</summary>
    public static TokenizerConfig Read(string modelFolder)
    {
        string path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path))
            return new(null, null, null);

        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            return new(Value(root, "add_bos_token")?.GetBoolean(), Token(root, "bos_token"), Token(root, "eos_token"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HomerException($"{path} is not a valid tokenizer configuration: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HomerException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Returns the text of a token, which files write as a string or as an object with a member <c>content</c>.</summary>
    private static string? Token(JsonElement root, string name) => Value(root, name) is { ValueKind: JsonValueKind.Object } token
        ? Value(token, "content")?.GetString()
        : Value(root, name)?.GetString();

    private static JsonElement? Value(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
