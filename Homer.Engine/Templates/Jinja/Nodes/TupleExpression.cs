using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>(a, b)</c>.</summary>
internal sealed class TupleExpression(TemplatePosition position, IReadOnlyList<Expression> items) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => new TupleValue([.. items.Select(item => item.Evaluate(scope))]);
}
