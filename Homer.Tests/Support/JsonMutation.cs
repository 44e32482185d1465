using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Homer.Tests.Support;

/// <summary>A JSON text in which one thing is wrong, made from a right one.</summary>
/// <param name="Text">The text.</param>
/// <param name="Member">The name of the member that was changed; null where the text as a whole was.</param>
/// <param name="What">What was done, for messages.</param>
internal sealed record JsonMutation(string Text, string? Member, string What)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "2", "3", "1.5", "-0.0", "1.0", "7.0", "1e-300", "1e300", "1e999", "-1e999", "2147483647",
        "2147483648", "99999999999999999999", "NaN", "Infinity", "-Infinity", "\"\"", "\"x\"", "\"12\"", "\"1.5\"", "\"\\u0000\\n\"",
        "[]", "[1]", "[1,\"a\"]", "[null]", "[[1]]", "{}", "{\"a\":1}", "{\"__float__\":\"Infinity\"}", "\"\\ud800\"",
    ];

    /// <summary>
    /// Returns random mutations of a text: members removed, of another type, doubled or unknown; the text cut, padded, damaged or wrapped.
    /// </summary>
    public static Gen<JsonMutation> Of(string valid)
    {
        string[][] places = [.. Places(JsonNode.Parse(valid)!, [])];
        Gen<string[]> place = Gen.Int[0, places.Length - 1].Select(i => places[i]);
        Gen<string> values = Gen.Int[0, Values.Length - 1].Select(i => Values[i]);
        Gen<JsonMutation> replaced = Gen.Select(place, values, (at, value) => At(valid, at, value));
        Gen<JsonMutation> removed = place.Select(at => At(valid, at, null));
        Gen<JsonMutation> doubled = Gen.Select(place, values, (at, value) => Doubled(valid, at, value));
        Gen<JsonMutation> cut = Gen.Int[0, valid.Length - 1].Select(length => new JsonMutation(valid[..length], null, $"cut at {length}"));
        Gen<JsonMutation> damaged = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Char, (at, c) =>
            new JsonMutation(string.Concat(valid.AsSpan(0, at), c.ToString(), valid.AsSpan(at + 1)), null, $"{(int)c} at {at}"));
        Gen<JsonMutation> nested = Gen.Select(place, Gen.Int[1, 200], (at, depth) =>
            At(valid, at, new string('[', depth) + new string(']', depth)));
        return Gen.Frequency((6, replaced), (2, removed), (1, doubled), (1, cut), (1, damaged), (1, nested));
    }

    /// <summary>Returns a text with each of its members in turn replaced by a value.</summary>
    public static IEnumerable<JsonMutation> Each(string valid, string value) =>
        Places(JsonNode.Parse(valid)!, []).Select(place => At(valid, place, value));

    /// <summary>The mutations of a text as a whole that are too large to be drawn at random.</summary>
    public static IEnumerable<JsonMutation> Large(string valid)
    {
        yield return new("", null, "empty");
        yield return new("\0", null, "a zero");
        yield return new(valid + valid, null, "twice");
        yield return new($"[{valid}]", null, "in a list");
        yield return new(valid + new string('\0', 5_000_000), null, "zeros after it");
        yield return new(valid + new string(' ', 5_000_000), null, "blanks after it");
        yield return new(new string('{', 5_000_000), null, "open braces");
        yield return new(new string('[', 5_000_000), null, "open brackets");
        yield return new(new string('7', 5_000_000), null, "digits");
        yield return new("\"" + new string('x', 5_000_000) + "\"", null, "a long string");
        IEnumerable<string> keys = Enumerable.Range(0, 1_000_000).Select(i => $"\"k{i}\":{i}");
        yield return new($"{{{string.Join(',', keys)},{valid.TrimStart()[1..]}", null, "a million keys");
    }

    public override string ToString() => $"{What}: {(Text.Length > 2000 ? $"{Text.Length} characters" : Text)}";

    private static JsonMutation At(string valid, string[] place, string? value)
    {
        const string Mark = "\"@@\"";
        JsonNode root = JsonNode.Parse(valid)!;
        (JsonNode parent, string last) = Find(root, place);
        if (value is null)
            Remove(parent, last);
        else
            Set(parent, last, "@@");
        return new(
            root.ToJsonString().Replace(Mark, value, StringComparison.Ordinal), NameOf(place),
            $"{string.Join('.', place)} {(value is null ? "removed" : "= " + value[..Math.Min(value.Length, 40)])}");
    }

    private static JsonMutation Doubled(string valid, string[] place, string value)
    {
        string name = JsonSerializer.Serialize(NameOf(place));
        return new($"{{{name}:{value},{valid.TrimStart()[1..]}", NameOf(place), $"{name} doubled");
    }

    // The last name on the way: a list's items are meant by the name of the list.
    private static string NameOf(string[] place) => place.LastOrDefault(part => !int.TryParse(part, out _)) ?? place[^1];

    private static (JsonNode Parent, string Last) Find(JsonNode root, string[] place)
    {
        JsonNode at = root;
        foreach (string part in place[..^1])
            at = at is JsonArray list ? list[int.Parse(part, null)]! : at[part]!;
        return (at, place[^1]);
    }

    private static void Remove(JsonNode parent, string last)
    {
        if (parent is JsonArray list)
            list.RemoveAt(int.Parse(last, null));
        else
            parent.AsObject().Remove(last);
    }

    private static void Set(JsonNode parent, string last, string value)
    {
        if (parent is JsonArray list)
            list[int.Parse(last, null)] = value;
        else
            parent[last] = value;
    }

    private static IEnumerable<string[]> Places(JsonNode? node, string[] way)
    {
        IEnumerable<(string Name, JsonNode? Value)> children = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        return children.SelectMany(child => Places(child.Value, [.. way, child.Name]).Prepend([.. way, child.Name]));
    }
}
