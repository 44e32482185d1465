using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A list or a tuple. The sandbox lets no template change a list.</summary>
internal abstract class SequenceValue(IReadOnlyList<Value> items) : Value
{
    /// <summary>The items.</summary>
    public IReadOnlyList<Value> List { get; } = items;

    /// <inheritdoc/>
    public override bool IsTrue => List.Count > 0;

    /// <inheritdoc/>
    public override int? Length => List.Count;

    /// <inheritdoc/>
    public override bool IsIterable => true;

    /// <summary>Returns a sequence of the same type; its items count in the budget.</summary>
    public abstract SequenceValue With(IReadOnlyList<Value> items);

    /// <inheritdoc/>
    public override IEnumerable<Value> Items() => List;

    /// <inheritdoc/>
    public override Value? Item(Value key) => key switch
    {
        SliceValue slice => With(slice.Of(List)),
        IntegerValue index when SliceValue.Index(index, List.Count) is { } at => List[at],
        _ => null,
    };

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "count" => new FunctionValue(name, arguments =>
            new IntegerValue(List.Count(arguments.Bind(name, 1, "value")[0]!.Equals))),
        "index" => new FunctionValue(name, arguments => Find(arguments.Bind(name, 1, "value")[0]!)),
        _ => null,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj)
    {
        RenderingBudget.Current.Step();
        if (ReferenceEquals(this, obj))
            return true;
        return obj is SequenceValue other && other.GetType() == GetType() && other.List.SequenceEqual(List);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => List.Count;

    /// <summary>Writes the items, separated by commas.</summary>
    protected void WriteItems(TextBuilder to)
    {
        RenderingBudget.Current.Step();
        for (int i = 0; i < List.Count; i++)
        {
            if (i > 0)
                to.Append(", ");
            List[i].WriteRepr(to);
        }
    }

    private IntegerValue Find(Value item)
    {
        for (int i = 0; i < List.Count; i++)
        {
            if (List[i].Equals(item))
                return new(i);
        }

        throw JinjaException.Runtime("the value is not in the list");
    }
}
