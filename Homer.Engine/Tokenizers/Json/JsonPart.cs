using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>A part of a tokenizer.json, with what messages call it.</summary>
/// <param name="path">The file.</param>
/// <param name="name">The name of the part.</param>
/// <param name="value">The part.</param>
internal readonly struct JsonPart(string path, string name, JsonElement value)
{
    /// <summary>The value.</summary>
    internal JsonElement Value => value;

    /// <summary>The name of the part, for messages.</summary>
    internal string Name => name;

    /// <summary>Its type, by which it says what it is.</summary>
    /// <exception cref="HomerException">It says none.</exception>
    internal string Type => Text("type") ?? throw Invalid("does not say its type");

    /// <summary>Returns the error of this part.</summary>
    internal HomerException Invalid(string what) =>
        new($"{Quoted.Path(path)} cannot be used: its {name} {what}; download it again, or take another tokenizer.");

    /// <summary>Returns the refusal of a type that Homer does not know.</summary>
    internal HomerException Unknown() => Invalid($"is of type {Quoted.Text(Type)}, which Homer does not know");

    /// <summary>Returns a member; null where there is none, or where it is null.</summary>
    /// <exception cref="HomerException">This part is no object.</exception>
    internal JsonPart? Member(string member)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Invalid("is not an object");
        return value.TryGetProperty(member, out JsonElement found) && found.ValueKind != JsonValueKind.Null
            ? new(path, $"{name}.{member}", found)
            : null;
    }

    /// <summary>Returns a member that must be there.</summary>
    /// <exception cref="HomerException">It is not.</exception>
    internal JsonPart Required(string member) => Member(member) ?? throw Invalid($"lacks {member}");

    /// <summary>Returns a text; null where there is none.</summary>
    /// <exception cref="HomerException">It is something else.</exception>
    internal string? Text(string member) => Member(member)?.AsText();

    /// <summary>Returns a text that must be there.</summary>
    /// <exception cref="HomerException">It is not.</exception>
    internal string RequiredText(string member) => Required(member).AsText();

    /// <summary>Returns true or false.</summary>
    /// <exception cref="HomerException">It is neither.</exception>
    internal bool Flag(string member, bool otherwise) => Member(member) switch
    {
        null => otherwise,
        { Value.ValueKind: JsonValueKind.True } => true,
        { Value.ValueKind: JsonValueKind.False } => false,
        { } other => throw other.Invalid("is neither true nor false"),
    };

    /// <summary>Returns an integer of 0 or more.</summary>
    /// <exception cref="HomerException">It is something else.</exception>
    internal int Count(string member) => Required(member).AsCount();

    /// <summary>Returns the elements of this list.</summary>
    /// <exception cref="HomerException">It is none.</exception>
    internal IEnumerable<JsonPart> Items()
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Invalid("is not a list");
        (string file, string list) = (path, name);
        return value.EnumerateArray().Select((item, index) => new JsonPart(file, $"{list}[{index}]", item));
    }

    /// <summary>Returns this as a text.</summary>
    /// <exception cref="HomerException">It is none.</exception>
    internal string AsText() => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid("is not a text");

    /// <summary>Returns this as an integer of 0 or more.</summary>
    /// <exception cref="HomerException">It is none.</exception>
    internal int AsCount() => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0
        ? count
        : throw Invalid("is not an integer of 0 or more");
}
