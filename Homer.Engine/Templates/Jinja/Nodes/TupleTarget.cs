using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>Several targets, each of which takes an item.</summary>
internal sealed class TupleTarget(TemplatePosition position, IReadOnlyList<Target> targets) : Target(position)
{
    /// <inheritdoc/>
    public override void Assign(Scope scope, Value value)
    {
        if (!value.IsIterable)
            throw JinjaException.Runtime($"cannot unpack non-iterable {value.TypeName} object");
        Value[] items = [.. value.Items().Take(targets.Count + 1)];
        if (items.Length > targets.Count)
            throw JinjaException.Runtime($"too many values to unpack (expected {targets.Count})");
        if (items.Length < targets.Count)
            throw JinjaException.Runtime($"not enough values to unpack (expected {targets.Count}, got {items.Length})");
        for (int i = 0; i < items.Length; i++)
            targets[i].Assign(scope, items[i]);
    }
}
