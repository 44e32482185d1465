using System.Text.Json;
using Homer.Engine.Contexts;
using Homer.Engine.Files;

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

    private static T Read<T>(string path, Func<JsonElement, T> read) => InputFile.ReadJson(path, json =>
    {
        try
        {
            return read(json);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HomerException(
                $"{Quoted.Path(path)} does not hold token ids as this command expects them; see its --help for the form.", e);
        }
    });

    private static int[] Ids(JsonElement json, string name) => Integers(json.GetProperty(name));

    private static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];
}
