using System.Globalization;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>An attribute of an attribute, such as <c>user.name</c>, or of an item, such as <c>lines.0</c>.</summary>
internal sealed class AttributePath
{
    private readonly Value[] parts;

    private AttributePath(Value[] parts) => this.parts = parts;

    /// <summary>Reads a path; one without parts, which is the value itself, where none is given.</summary>
    public static AttributePath Of(Value? attribute) => attribute switch
    {
        null or NoneValue => new([]),
        TextValue text => new([.. text.Text.Split('.').Select(Part)]),
        _ => new([attribute]),
    };

    /// <summary>Reads several paths, separated by commas.</summary>
    public static AttributePath[] Several(Value? attribute) => attribute is TextValue text
        ? [.. text.Text.Split(',').Select(part => Of(new TextValue(part)))]
        : [Of(attribute)];

    /// <summary>Returns what a value has there; undefined where it has nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="otherwise">What stands for each part that is missing; null for nothing.</param>
    public Value Get(Value value, Value? otherwise = null)
    {
        foreach (Value part in parts)
        {
            Value found = Sandbox.Item(value, part);
            value = found is UndefinedValue ? otherwise ?? found : found;
        }

        return value;
    }

    private static Value Part(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? new IntegerValue(index) : new TextValue(part);
}
