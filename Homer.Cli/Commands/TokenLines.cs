using System.Text.Json;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary>Encodes and decodes files of JSON values, one a line.</summary>
internal static class TokenLines
{
    /// <summary>Encodes strings, and writes their ids.</summary>
    /// <exception cref="HomerException">A line is no JSON string.</exception>
    public static void Encode(ITokenizer tokenizer, string path, EncodeOptions options) => Each(path, "a JSON string", json =>
        new { Ids = tokenizer.Encode(Text(json), options) });

    /// <summary>Decodes lists of ids, and writes their texts.</summary>
    /// <exception cref="HomerException">A line holds no ids.</exception>
    public static void Decode(ITokenizer tokenizer, string path, bool skipSpecial) => Each(path, "{\"ids\":[…]}", json =>
    {
        int[] ids = [.. json.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
        return new { Text = tokenizer.Decode(ids, skipSpecial) };
    });

    private static string Text(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new FormatException();

    private static void Each(string path, string form, Func<JsonElement, object> convert)
    {
        using TextReader reader = InputFile.LinesOf(path);
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using var json = JsonDocument.Parse(line);
                Terminal.WriteJsonLine(convert(json.RootElement));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new HomerException($"Line {number} of {InputFile.NameOf(path)} is not {form}; write one a line.", e);
            }
        }
    }
}
