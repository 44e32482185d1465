using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The name <c>loop</c> in the body of a loop.</summary>
internal sealed class LoopValue(IReadOnlyList<Value> items, int depth) : Value
{
    private IReadOnlyList<Value>? lastChanged;

    /// <summary>The index of the item, counted from 0.</summary>
    public int Index { get; set; }

    /// <summary>Calls the loop with other items; null where it is not recursive.</summary>
    public Func<Value, Value>? Recurse { get; init; }

    /// <inheritdoc/>
    public override string TypeName => "LoopContext";

    /// <inheritdoc/>
    public override bool IsCallable => true;

    /// <inheritdoc/>
    public override int? Length => items.Count;

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "index" => new IntegerValue(Index + 1),
        "index0" => new IntegerValue(Index),
        "revindex" => new IntegerValue(items.Count - Index),
        "revindex0" => new IntegerValue(items.Count - Index - 1),
        "first" => BooleanValue.Of(Index == 0),
        "last" => BooleanValue.Of(Index == items.Count - 1),
        "length" => new IntegerValue(items.Count),
        "depth" => new IntegerValue(depth),
        "depth0" => new IntegerValue(depth - 1),
        "previtem" => Index > 0 ? items[Index - 1] : new UndefinedValue("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue(name, Cycle),
        "changed" => new FunctionValue(name, Changed),
        _ => null,
    };

    /// <inheritdoc/>
    public override Value Call(Arguments arguments) => Recurse is { } recurse
        ? recurse(arguments.Bind("loop", 1, "iterable")[0]!)
        : throw JinjaException.Runtime("The loop must have the 'recursive' marker to be called recursively.");

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append($"<LoopContext {Index + 1}/{items.Count}>");

    private Value Cycle(Arguments arguments) => arguments.Positional.Count > 0
        ? arguments.Positional[Index % arguments.Positional.Count]
        : throw JinjaException.Runtime("no items for cycling given");

    private BooleanValue Changed(Arguments arguments)
    {
        bool isChanged = lastChanged is null || !lastChanged.SequenceEqual(arguments.Positional);
        lastChanged = arguments.Positional;
        return BooleanValue.Of(isChanged);
    }
}
