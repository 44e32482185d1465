using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Globals;

/// <summary>Values that are taken in turn, again and again.</summary>
internal sealed class CyclerValue : Value
{
    private readonly IReadOnlyList<Value> items;
    private int at;

    /// <summary>Creates the cycle.</summary>
    /// <exception cref="JinjaException">There are no values.</exception>
    public CyclerValue(IReadOnlyList<Value> items) =>
        this.items = items.Count > 0 ? items : throw JinjaException.Runtime("at least one item has to be provided");

    /// <inheritdoc/>
    public override string TypeName => "Cycler";

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "current" => items[at],
        "next" => new FunctionValue(name, _ => Next()),
        "reset" => new FunctionValue(name, _ => Reset()),
        "items" => new TupleValue(items),
        "pos" => new IntegerValue(at),
        _ => null,
    };

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append("<Cycler>");

    private Value Next()
    {
        Value item = items[at];
        at = (at + 1) % items.Count;
        return item;
    }

    private NoneValue Reset()
    {
        at = 0;
        return NoneValue.Instance;
    }
}
