namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Access to attributes and items as Jinja's immutable sandbox allows it.</summary>
internal static class Sandbox
{
    private static readonly HashSet<string> Internal =
    [
        "__class__", "__delattr__", "__dict__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__", "__gt__",
        "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__module__", "__ne__", "__new__", "__reduce__",
        "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    ];

    /// <summary>Returns the value of an attribute that the sandbox hides: printing it gives nothing, using it fails.</summary>
    public static UndefinedValue Unsafe(Value value, string name) =>
        new($"access to attribute '{name}' of '{value.TypeName}' object is unsafe.");

    /// <summary>Returns <c>value.name</c>: the attribute, else the item of that name.</summary>
    public static Value Attribute(Value value, string name)
    {
        if (Internal.Contains(name))
            return Unsafe(value, name);
        return value.Attribute(name) ?? value.Item(new TextValue(name)) ?? UndefinedValue.OfAttribute(value, name);
    }

    /// <summary>Returns <c>value[key]</c>: the item, else the attribute of that name.</summary>
    public static Value Item(Value value, Value key)
    {
        if (value.Item(key) is { } item)
            return item;
        if (key is not TextValue name)
        {
            var shown = new Text.TextBuilder();
            key.WriteRepr(shown);
            return new UndefinedValue($"{value.TypeName} object has no element {shown.ToValue().Text}");
        }

        if (Internal.Contains(name.Text))
            return Unsafe(value, name.Text);
        return value.Attribute(name.Text) ?? UndefinedValue.OfAttribute(value, name.Text);
    }
}
