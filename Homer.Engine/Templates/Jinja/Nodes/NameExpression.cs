using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A name.</summary>
internal sealed class NameExpression(TemplatePosition position, string name) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => scope.Get(name);
}
