using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>Reads the members of a JSON object, and says which member of which file is wrong.</summary>
internal sealed class ConfigReader(string path, JsonElement json)
{
    // No dimension of a real model comes near; larger ones would overflow products of two sizes.
    private const int LargestSize = 1 << 24;

    public void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new HomerException($"{path} cannot be used: {otherwise}.");
    }

    public int Size(string name, int? byDefault = null)
    {
        if (Find(name) is not { } value)
            return byDefault ?? throw new HomerException($"{path} lacks {name}; download the model's config.json again.");
        int size = 0;
        Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out size) && size is > 0 and <= LargestSize, $"{name} must be a positive integer");
        return size;
    }

    public double Number(string name, double byDefault)
    {
        if (Find(name) is not { } value)
            return byDefault;
        double number = 0;
        Require(value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number) && number > 0 && double.IsFinite(number), $"{name} must be a positive number");
        return number;
    }

    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
            return false;
        Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, $"{name} must be true or false");
        return value.GetBoolean();
    }

    public string Text(string name, string byDefault)
    {
        if (Find(name) is not { } value)
            return byDefault;
        Require(value.ValueKind == JsonValueKind.String, $"{name} must be a string");
        return value.GetString()!;
    }

    public IReadOnlyList<string> Strings(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } value ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)] : [];

    /// <summary>An integer or a list of integers; nothing where the member is missing.</summary>
    public IReadOnlyList<int> Integers(string name)
    {
        if (Find(name) is not { } value)
            return [];
        List<JsonElement> items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        Require(items.TrueForAll(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)), $"{name} must be an integer or a list of integers");
        return [.. items.Select(item => item.GetInt32())];
    }

    public ConfigReader? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        Require(value.ValueKind == JsonValueKind.Object, $"{Quoted.Text(name)} must be an object or null");
        return new(path, value);
    }

    private JsonElement? Find(string name)
    {
        Require(json.ValueKind == JsonValueKind.Object, "it is not a JSON object");
        return json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
