using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A number, string, <c>true</c>, <c>false</c> or <c>none</c>.</summary>
internal sealed class ConstantExpression(TemplatePosition position, Value value) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => value;
}
