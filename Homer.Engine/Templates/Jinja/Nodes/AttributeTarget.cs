using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>An attribute of a namespace that is assigned to.</summary>
internal sealed class AttributeTarget(TemplatePosition position, string name, string attribute) : Target(position)
{
    /// <inheritdoc/>
    public override void Assign(Scope scope, Value value)
    {
        if (scope.Get(name) is not NamespaceValue target)
            throw JinjaException.Runtime("cannot assign attribute on non-namespace object");
        target.Set(attribute, value);
    }
}
