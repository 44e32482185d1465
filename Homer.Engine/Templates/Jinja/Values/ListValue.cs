using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A list.</summary>
internal sealed class ListValue : SequenceValue
{
    /// <summary>Creates a list; its items count in the budget.</summary>
    public ListValue(IReadOnlyList<Value> items) : base(items) => RenderingBudget.Current.TakeCharacters(items.Count);

    /// <inheritdoc/>
    public override string TypeName => "list";

    /// <summary>Returns a list of items that are counted while they come.</summary>
    public static ListValue Of(IEnumerable<Value> items) => new(items.Counted());

    /// <inheritdoc/>
    public override SequenceValue With(IReadOnlyList<Value> items) => new ListValue(items);

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "append" or "clear" or "pop" or "reverse" or "insert" or "sort" or "extend" or "remove" => Sandbox.Unsafe(this, name),
        "copy" => new FunctionValue(name, _ => new ListValue(List)),
        _ => base.Attribute(name),
    };

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to)
    {
        to.Append('[');
        WriteItems(to);
        to.Append(']');
    }
}
