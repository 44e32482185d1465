using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A tuple.</summary>
internal sealed class TupleValue : SequenceValue
{
    /// <summary>Creates a tuple; its items count in the budget.</summary>
    public TupleValue(IReadOnlyList<Value> items) : base(items) => RenderingBudget.Current.TakeCharacters(items.Count);

    /// <summary>The names of the items, where the tuple has any: those of <c>groupby</c> do.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <inheritdoc/>
    public override string TypeName => "tuple";

    /// <inheritdoc/>
    public override SequenceValue With(IReadOnlyList<Value> items) => new TupleValue(items);

    /// <inheritdoc/>
    public override Value? Attribute(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return List[i];
        }

        return base.Attribute(name);
    }

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to)
    {
        to.Append('(');
        WriteItems(to);
        to.Append(List.Count == 1 ? ",)" : ")");
    }
}
