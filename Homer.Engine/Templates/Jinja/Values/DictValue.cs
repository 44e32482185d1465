using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A dictionary, which keeps its members in order. The sandbox lets no template change one.</summary>
internal sealed class DictValue : Value
{
    private readonly Dictionary<Value, Value> values = [];
    private readonly List<Value> keys = [];

    /// <summary>Creates a dictionary; the last of several members with the same key counts.</summary>
    public DictValue(IEnumerable<KeyValuePair<Value, Value>> members)
    {
        foreach ((Value key, Value value) in members)
        {
            RenderingBudget.Current.TakeCharacters(1);
            if (key is SequenceValue and not TupleValue or DictValue)
                throw JinjaException.Runtime($"unhashable type: '{key.TypeName}'");
            if (values.TryAdd(key, value))
                keys.Add(key);
            else
                values[key] = value;
        }
    }

    /// <summary>The keys, in order.</summary>
    public IReadOnlyList<Value> Keys => keys;

    /// <summary>The members, in order.</summary>
    public IEnumerable<(Value Key, Value Value)> Members => keys.Select(key => (key, values[key]));

    /// <inheritdoc/>
    public override string TypeName => "dict";

    /// <inheritdoc/>
    public override bool IsTrue => keys.Count > 0;

    /// <inheritdoc/>
    public override int? Length => keys.Count;

    /// <inheritdoc/>
    public override bool IsIterable => true;

    /// <summary>Returns the members as tuples.</summary>
    public IEnumerable<Value> Pairs() => Members.Select(member => new TupleValue([member.Key, member.Value]));

    /// <inheritdoc/>
    public override IEnumerable<Value> Items() => keys;

    /// <inheritdoc/>
    public override Value? Item(Value key) => values.GetValueOrDefault(key);

    /// <inheritdoc/>
    public override bool Contains(Value item) => values.ContainsKey(item);

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "items" => new FunctionValue(name, arguments => View(arguments, name, [.. Pairs()])),
        "keys" => new FunctionValue(name, arguments => View(arguments, name, keys)),
        "values" => new FunctionValue(name, arguments => View(arguments, name, [.. keys.Select(key => values[key])])),
        "get" => new FunctionValue(name, Get),
        "copy" => new FunctionValue(name, _ => this),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => Sandbox.Unsafe(this, name),
        _ => null,
    };

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to)
    {
        RenderingBudget.Current.Step();
        to.Append('{');
        bool first = true;
        foreach ((Value key, Value value) in Members)
        {
            if (!first)
                to.Append(", ");
            first = false;
            key.WriteRepr(to);
            to.Append(": ");
            value.WriteRepr(to);
        }

        to.Append('}');
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj)
    {
        RenderingBudget.Current.Step();
        return ReferenceEquals(this, obj) || (obj is DictValue other && other.keys.Count == keys.Count
            && Members.All(member => other.values.TryGetValue(member.Key, out Value? value) && value.Equals(member.Value)));
    }

    /// <inheritdoc/>
    public override int GetHashCode() => keys.Count;

    private static ViewValue View(Arguments arguments, string name, IReadOnlyList<Value> items)
    {
        arguments.Bind(name, 0);
        return new(name, items);
    }

    private Value Get(Arguments arguments)
    {
        Value?[] bound = arguments.Bind("get", 1, "key", "default");
        return values.GetValueOrDefault(bound[0]!) ?? bound[1] ?? NoneValue.Instance;
    }
}
