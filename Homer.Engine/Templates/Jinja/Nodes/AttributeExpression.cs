using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>value.name</c>.</summary>
internal sealed class AttributeExpression(TemplatePosition position, Expression value, string name) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => Sandbox.Attribute(value.Evaluate(scope), name);
}
