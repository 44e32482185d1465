using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>
/// A name, attribute or item that does not exist. It prints as nothing, is false and has no items; whatever else is done with it fails.
/// </summary>
/// <param name="why">The message of the failure.</param>
internal sealed class UndefinedValue(string why) : Value
{
    /// <summary>Returns the error of using the value.</summary>
    public JinjaException Error => JinjaException.Runtime(why);

    /// <inheritdoc/>
    public override string TypeName => "Undefined";

    /// <inheritdoc/>
    public override bool IsTrue => false;

    /// <inheritdoc/>
    public override int? Length => 0;

    /// <inheritdoc/>
    public override bool IsIterable => true;

    /// <summary>Returns the value of a name that no one has set.</summary>
    public static UndefinedValue OfName(string name) => new($"'{name}' is undefined");

    /// <summary>Returns the value of an attribute that an object lacks.</summary>
    public static UndefinedValue OfAttribute(Value value, string name) =>
        new(value is NoneValue ? $"'None' has no attribute '{name}'" : $"'{value.TypeName} object' has no attribute '{name}'");

    /// <inheritdoc/>
    public override void Write(TextBuilder to)
    {
    }

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append("Undefined");

    /// <inheritdoc/>
    public override IEnumerable<Value> Items() => [];

    /// <inheritdoc/>
    public override Value? Attribute(string name) => throw Error;

    /// <inheritdoc/>
    public override Value? Item(Value key) => throw Error;

    /// <inheritdoc/>
    public override Value Call(Arguments arguments) => throw Error;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UndefinedValue;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
