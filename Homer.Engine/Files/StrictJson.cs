using System.Text.Json;
using System.Text.Unicode;

namespace Homer.Engine.Files;

/// <summary>Reads JSON from untrusted files: every fault ends in the caller's kind of error.</summary>
internal static class StrictJson
{
    /// <summary>Passes the members of the JSON object in <paramref name="utf8"/> to <paramref name="read"/>, duplicates included.</summary>
    internal static void ReadObject(
        ReadOnlyMemory<byte> utf8, string what, Action<JsonElement.ObjectEnumerator> read, Func<string, HomerException> invalid)
    {
        if (!Utf8.IsValid(utf8.Span)) throw invalid($"its {what} is not UTF-8");
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw invalid($"its {what} is not a JSON object");
            read(document.RootElement.EnumerateObject());
        }
        catch (JsonException e)
        {
            throw invalid($"its {what} is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
        }
        catch (InvalidOperationException)
        {
            // JsonElement has no other way to say that a string escapes half of a surrogate pair.
            throw invalid($"its {what} has a string that is not Unicode text");
        }
    }

    /// <summary>Returns the members of an object of strings; refuses duplicate names.</summary>
    internal static Dictionary<string, string> Strings(JsonProperty map, Func<string, HomerException> invalid)
    {
        if (map.Value.ValueKind != JsonValueKind.Object) throw invalid($"{map.Name} is not an object");
        Dictionary<string, string> strings = [];
        foreach (JsonProperty entry in map.Value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw invalid($"{Quoted.Text(entry.Name)} in {map.Name} is not a string");
            if (!strings.TryAdd(entry.Name, entry.Value.GetString()!))
                throw invalid($"{Quoted.Text(entry.Name)} is in {map.Name} twice");
        }

        return strings;
    }
}
