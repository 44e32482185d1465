using System.Text.Json;
using System.Text.Unicode;

namespace Homer.Engine.Files;

/// <summary>Reads JSON from untrusted files: every fault ends in the caller's kind of error.</summary>
internal static class StrictJson
{
    /// <summary>
    /// Passes the members of the JSON object in <paramref name="bytes"/> to <paramref name="read"/>, duplicates included.
    /// </summary>
    internal static void ReadObject(
        ReadOnlyMemory<byte> bytes, string what, Action<JsonElement.ObjectEnumerator> read, Func<string, HomerException> invalid) =>
        Read(
            bytes, what,
            json =>
            {
                if (json.ValueKind != JsonValueKind.Object) throw invalid($"its {what} is not a JSON object");
                read(json.EnumerateObject());
                return true;
            },
            invalid);

    /// <summary>
    /// Reads the JSON in <paramref name="bytes"/>: UTF-8, or UTF-16 or UTF-32 with a byte order mark. The numbers that only Python writes
    /// (NaN, Infinity) are read as strings of their names.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="what">The name of what they are, for messages.</param>
    /// <param name="read">Converts the value; every string in it is Unicode text.</param>
    /// <param name="invalid">Creates the error of invalid JSON.</param>
    internal static T Read<T>(ReadOnlyMemory<byte> bytes, string what, Func<JsonElement, T> read, Func<string, HomerException> invalid)
    {
        ReadOnlyMemory<byte> utf8 = TextDecoding.ToUtf8(bytes);
        if (!Utf8.IsValid(utf8.Span)) throw invalid($"its {what} is not UTF-8");
        using JsonDocument document = Parse(utf8, what, invalid);
        try
        {
            RequireUnicode(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // JsonElement has no other way to say that a string escapes half of a surrogate pair.
            throw invalid($"its {what} has a string that is not Unicode text");
        }

        return read(document.RootElement);
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

    /// <summary>Refuses objects with two members of one name, of which readers would take one or the other.</summary>
    internal static void RequireUniqueNames(JsonElement json, Func<string, HomerException> invalid)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (JsonElement item in json.EnumerateArray())
                    RequireUniqueNames(item, invalid);
                break;
            case JsonValueKind.Object:
                HashSet<string> names = [];
                foreach (JsonProperty member in json.EnumerateObject())
                {
                    if (!names.Add(member.Name)) throw invalid($"it has {Quoted.Text(member.Name)} twice in one object");
                    RequireUniqueNames(member.Value, invalid);
                }

                break;
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string what, Func<string, HomerException> invalid)
    {
        try
        {
            return JsonDocument.Parse(utf8);
        }
        catch (JsonException e)
        {
            try
            {
                return JsonDocument.Parse(PythonNumbers.Quote(utf8.ToArray()));
            }
            catch (JsonException)
            {
                // The first error says where.
            }

            throw invalid($"its {what} is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
        }
    }

    private static void RequireUnicode(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in json.EnumerateArray())
                    RequireUnicode(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in json.EnumerateObject())
                {
                    _ = member.Name;
                    RequireUnicode(member.Value);
                }

                break;
        }
    }
}
