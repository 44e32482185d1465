using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>
/// Reads the members of a JSON object, says which member of which file is wrong, and keeps account of those that were read, so that a
/// setting which nobody understands is refused instead of ignored.
/// </summary>
/// <param name="path">The file, for messages.</param>
/// <param name="json">The object.</param>
/// <param name="prefix">The path of the object inside the file, for messages.</param>
internal sealed class ConfigReader(string path, JsonElement json, string prefix = "")
{
    // No dimension of a real model comes near; larger ones would overflow products of two sizes.
    internal const int LargestSize = 1 << 24;

    private readonly HashSet<string> read = [];
    private readonly Dictionary<string, ConfigReader> objects = [];

    /// <summary>The object that this one is a member of; null for that of the file.</summary>
    public ConfigReader? Outer { get; private init; }

    /// <summary>Refuses the file unless a condition holds.</summary>
    /// <exception cref="HomerException">It does not.</exception>
    public void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new HomerException($"{Quoted.Path(path)} cannot be used: {otherwise}.");
    }

    /// <summary>Returns whether the object has a member that is not null, without taking it as read.</summary>
    public bool Has(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Reads a positive integer, which must be there unless it has a default.</summary>
    public int Size(string name, int? byDefault = null) =>
        OptionalSize(name) ?? byDefault ?? throw new HomerException(
            $"{Quoted.Path(path)} lacks {prefix}{name}; download the model's config.json again.");

    /// <summary>Reads a positive integer; null where the file has null, and the default where it has nothing.</summary>
    public int? OptionalSize(string name, int? byDefault = null)
    {
        if (Find(name) is not { } value)
            return json.TryGetProperty(name, out _) ? null : byDefault;
        Require(
            IsInteger(value, out int size) && size is > 0 and <= LargestSize,
            $"{prefix}{name} must be a positive integer, at most {LargestSize}");
        return size;
    }

    /// <summary>Reads an integer that may be 0.</summary>
    public int Count(string name, int byDefault)
    {
        if (Find(name) is not { } value)
            return byDefault;
        Require(IsInteger(value, out int count) && count >= 0, $"{prefix}{name} must be an integer, at least 0");
        return count;
    }

    /// <summary>Reads a positive number.</summary>
    public double Number(string name, double byDefault) => OptionalNumber(name) ?? byDefault;

    /// <summary>Reads a positive number; null where the file has null, and the default where it has nothing.</summary>
    public double? OptionalNumber(string name, double? byDefault = null)
    {
        if (Find(name) is not { } value)
            return json.TryGetProperty(name, out _) ? null : byDefault;
        Require(IsPositive(value, out double number), $"{prefix}{name} must be a positive number, between 1e-37 and 3e38");
        return number;
    }

    /// <summary>Reads a list of positive numbers; empty where there is none.</summary>
    public IReadOnlyList<double> Numbers(string name)
    {
        if (Find(name) is not { } value)
            return [];
        Require(
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => IsPositive(item, out _)),
            $"{prefix}{name} must be a list of positive numbers, between 1e-37 and 3e38");
        return [.. value.EnumerateArray().Select(item => item.GetDouble())];
    }

    /// <summary>Reads true or false.</summary>
    public bool Flag(string name, bool byDefault = false) => OptionalFlag(name) ?? byDefault;

    /// <summary>Reads true or false; null where there is neither.</summary>
    public bool? OptionalFlag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, $"{prefix}{name} must be true or false");
        return value.GetBoolean();
    }

    /// <summary>Reads a string.</summary>
    public string Text(string name, string byDefault)
    {
        if (Find(name) is not { } value)
            return byDefault;
        Require(value.ValueKind == JsonValueKind.String, $"{prefix}{name} must be a string");
        return value.GetString()!;
    }

    /// <summary>Reads a list of strings; empty where there is none.</summary>
    public IReadOnlyList<string> Strings(string name)
    {
        if (Find(name) is not { } value)
            return [];
        Require(
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String),
            $"{prefix}{name} must be a list of strings");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Reads an integer or a list of integers; empty where the member is missing.</summary>
    public IReadOnlyList<int> Integers(string name)
    {
        if (Find(name) is not { } value)
            return [];
        List<JsonElement> items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        items.RemoveAll(item => item.ValueKind == JsonValueKind.Null);
        List<int> integers = new(items.Count);
        foreach (JsonElement item in items)
        {
            Require(IsInteger(item, out int integer), $"{prefix}{name} must be an integer or a list of integers");
            integers.Add(integer);
        }

        return integers;
    }

    /// <summary>Returns the reader of an object inside this one; null where there is none.</summary>
    public ConfigReader? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        Require(value.ValueKind == JsonValueKind.Object, $"{Quoted.Text(prefix + name)} must be an object or null");
        if (!objects.TryGetValue(name, out ConfigReader? inner))
            objects.Add(name, inner = new(path, value, $"{prefix}{name}.") { Outer = this });
        return inner;
    }

    /// <summary>Returns the readers of all members that are objects.</summary>
    public IEnumerable<ConfigReader> Objects() =>
        json.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object).Select(member => Object(member.Name)!);

    /// <summary>Refuses members that nobody has read and that look as if they changed results; see <see cref="SettingNames"/>.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public void RefuseUnreadSettings() => Refuse(member => SettingNames.LooksRelevant(member.Name, member.Value));

    /// <summary>Refuses all members that nobody has read.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public void RefuseUnread() => Refuse(member => !SettingNames.IsNoBound(member.Value));

    private void Refuse(Func<JsonProperty, bool> isRelevant)
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (read.Contains(member.Name) || member.Value.ValueKind == JsonValueKind.Null || !isRelevant(member))
                continue;
            Require(
                false,
                $"it has the setting {Quoted.Text(prefix + member.Name)}, which Homer does not know and which may change results");
        }
    }

    // Numbers become 32-bit floats sooner or later, as do their inverses.
    private static bool IsPositive(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number) && number is >= 1e-37 and <= 3e38;
    }

    // Python writes an integer that was computed as 32768.0.
    private static bool IsInteger(JsonElement value, out int integer)
    {
        integer = 0;
        if (value.ValueKind != JsonValueKind.Number)
            return false;
        if (value.TryGetInt32(out integer))
            return true;
        bool isSmall = value.TryGetDouble(out double number) && number is >= int.MinValue and <= int.MaxValue;
        bool isWhole = isSmall && number == Math.Floor(number);
        integer = isWhole ? (int)number : 0;
        return isWhole;
    }

    private JsonElement? Find(string name)
    {
        Require(json.ValueKind == JsonValueKind.Object, "it is not a JSON object");
        read.Add(name);
        return json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
