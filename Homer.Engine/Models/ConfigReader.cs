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
            $"{Quoted.Path(path)} lacks {name}; download the model's config.json again.");

    /// <summary>Reads a positive integer; null where the file has null, and the default where it has nothing.</summary>
    public int? OptionalSize(string name, int? byDefault = null)
    {
        if (Find(name) is not { } value)
            return json.TryGetProperty(name, out _) ? null : byDefault;
        int size = 0;
        Require(
            value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out size) && size is > 0 and <= LargestSize,
            $"{name} must be a positive integer");
        return size;
    }

    /// <summary>Reads an integer that may be 0.</summary>
    public int Count(string name, int byDefault)
    {
        if (Find(name) is not { } value)
            return byDefault;
        int count = 0;
        Require(
            value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out count) && count >= 0,
            $"{name} must be an integer, at least 0");
        return count;
    }

    /// <summary>Reads a positive number.</summary>
    public double Number(string name, double byDefault) => OptionalNumber(name) ?? byDefault;

    /// <summary>Reads a positive number; null where the file has null, and the default where it has nothing.</summary>
    public double? OptionalNumber(string name, double? byDefault = null)
    {
        if (Find(name) is not { } value)
            return json.TryGetProperty(name, out _) ? null : byDefault;
        Require(IsPositive(value, out double number), $"{name} must be a positive number");
        return number;
    }

    /// <summary>Reads a list of positive numbers; empty where there is none.</summary>
    public IReadOnlyList<double> Numbers(string name)
    {
        if (Find(name) is not { } value)
            return [];
        Require(
            value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => IsPositive(item, out _)),
            $"{name} must be a list of positive numbers");
        return [.. value.EnumerateArray().Select(item => item.GetDouble())];
    }

    /// <summary>Reads true or false.</summary>
    public bool Flag(string name, bool byDefault = false) => OptionalFlag(name) ?? byDefault;

    /// <summary>Reads true or false; null where there is neither.</summary>
    public bool? OptionalFlag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, $"{name} must be true or false");
        return value.GetBoolean();
    }

    /// <summary>Reads a string.</summary>
    public string Text(string name, string byDefault)
    {
        if (Find(name) is not { } value)
            return byDefault;
        Require(value.ValueKind == JsonValueKind.String, $"{name} must be a string");
        return value.GetString()!;
    }

    /// <summary>Reads the strings of a list; empty where there is no list.</summary>
    public IReadOnlyList<string> Strings(string name) => Find(name) is { ValueKind: JsonValueKind.Array } value
        ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
        : [];

    /// <summary>Reads a list that holds nothing but strings; empty where there is none.</summary>
    public IReadOnlyList<string> AllStrings(string name)
    {
        IReadOnlyList<string> strings = Strings(name);
        Require(
            Find(name) is not { } value || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == strings.Count),
            $"{name} must be a list of strings");
        return strings;
    }

    /// <summary>Reads an integer or a list of integers; empty where the member is missing.</summary>
    public IReadOnlyList<int> Integers(string name)
    {
        if (Find(name) is not { } value)
            return [];
        List<JsonElement> items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        items.RemoveAll(item => item.ValueKind == JsonValueKind.Null);
        Require(
            items.TrueForAll(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)),
            $"{name} must be an integer or a list of integers");
        return [.. items.Select(item => item.GetInt32())];
    }

    /// <summary>Returns the reader of an object inside this one; null where there is none.</summary>
    public ConfigReader? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        Require(value.ValueKind == JsonValueKind.Object, $"{Quoted.Text(name)} must be an object or null");
        if (!objects.TryGetValue(name, out ConfigReader? inner))
            objects.Add(name, inner = new(path, value, $"{prefix}{name}.") { Outer = this });
        return inner;
    }

    /// <summary>Refuses members that nobody has read and that look as if they changed results; see <see cref="SettingNames"/>.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public void RefuseUnreadSettings() => Refuse(member => SettingNames.LooksRelevant(member.Name, member.Value));

    /// <summary>Refuses all members that nobody has read.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public void RefuseUnread() => Refuse(_ => true);

    private void Refuse(Func<JsonProperty, bool> isRelevant)
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            // A bound of infinity is none.
            bool isNone = member.Value.ValueKind == JsonValueKind.Null
                || (member.Value.ValueKind == JsonValueKind.String && PythonNumbers.IsName(member.Value.GetString()));
            bool isKnown = read.Contains(member.Name) || isNone || !isRelevant(member);
            Require(
                isKnown,
                $"it has the setting {Quoted.Text(prefix + member.Name)}, which Homer does not know and which may change results");
        }
    }

    private static bool IsPositive(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number) && number > 0 && double.IsFinite(number);
    }

    private JsonElement? Find(string name)
    {
        Require(json.ValueKind == JsonValueKind.Object, "it is not a JSON object");
        read.Add(name);
        return json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
