using Homer.Engine.Templates.Jinja.Tests;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>value is test</c>.</summary>
internal sealed class TestExpression(TemplatePosition position, Expression value, string name, ArgumentList arguments)
    : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) =>
        BooleanValue.Of(TestTable.Holds(name, value.Evaluate(scope), arguments.Evaluate(scope)));
}
