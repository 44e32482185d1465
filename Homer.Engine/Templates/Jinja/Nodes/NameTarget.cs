using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A name that is assigned to.</summary>
internal sealed class NameTarget(TemplatePosition position, string name) : Target(position)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override void Assign(Scope scope, Value value) => scope.Set(Name, value);
}
