using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>value[key]</c>.</summary>
internal sealed class ItemExpression(TemplatePosition position, Expression value, Expression key) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => Sandbox.Item(value.Evaluate(scope), key.Evaluate(scope));
}
