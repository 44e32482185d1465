using System.Text.Json;
using Homer.Engine.Contexts;

namespace Homer.Cli.Options;

/// <summary>Reads token ids from JSON files, for users of a tokenizer that Homer does not have.</summary>
internal static class IdsFile
{
    /// <summary>Reads <c>{"prefix":[…],"context":[…],"suffix":[…]}</c>.</summary>
    public static ContextInput ReadInput(string path) =>
        Read(path, json => new ContextInput(Ids(json, "prefix"), Ids(json, "context"), Ids(json, "suffix")));

    /// <summary>Reads <c>{"ids":[…]}</c>.</summary>
    public static int[] ReadIds(string path) => Read(path, json => Ids(json, "ids"));

    /// <summary>Reads <c>{"segments":[[…],…]}</c>.</summary>
    public static IReadOnlyList<int[]> ReadSegments(string path) =>
        Read(path, json => (IReadOnlyList<int[]>)[.. json.GetProperty("segments").EnumerateArray().Select(Integers)]);

    private static T Read<T>(string path, Func<JsonElement, T> read)
    {
        string text = CommonOptions.ReadText(path);
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HomerException($"'{path}' does not hold token ids as this command expects them; see its --help for the form.", e);
        }
    }

    private static int[] Ids(JsonElement json, string name) => Integers(json.GetProperty(name));

    private static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];
}
