using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>An object whose attributes a template may set.</summary>
internal sealed class NamespaceValue : Value
{
    private readonly Dictionary<string, Value> values = [];

    /// <summary>Creates an object with attributes.</summary>
    public NamespaceValue(IEnumerable<(string Name, Value Value)> members)
    {
        foreach ((string name, Value value) in members)
            values[name] = value;
    }

    /// <inheritdoc/>
    public override string TypeName => "Namespace";

    /// <summary>Sets an attribute.</summary>
    public void Set(string name, Value value) => values[name] = value;

    /// <inheritdoc/>
    public override Value? Attribute(string name) => values.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override Value? Item(Value key) => key is TextValue name ? Attribute(name.Text) : null;

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to)
    {
        to.Append("<Namespace ");
        new DictValue(values.Select(member => KeyValuePair.Create<Value, Value>(new TextValue(member.Key), member.Value))).WriteRepr(to);
        to.Append('>');
    }
}
