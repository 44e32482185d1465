using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>The keys, values or members of a dictionary: what its methods <c>keys</c>, <c>values</c> and <c>items</c> return.</summary>
internal sealed class ViewValue(string method, IReadOnlyList<Value> items) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "dict_" + method;

    /// <inheritdoc/>
    public override bool IsTrue => items.Count > 0;

    /// <inheritdoc/>
    public override int? Length => items.Count;

    /// <inheritdoc/>
    public override bool IsIterable => true;

    /// <inheritdoc/>
    public override IEnumerable<Value> Items() => items;

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to)
    {
        to.Append(TypeName).Append('(');
        new ListValue(items).WriteRepr(to);
        to.Append(')');
    }
}
