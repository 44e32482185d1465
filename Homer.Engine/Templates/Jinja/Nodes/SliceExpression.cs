using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The subscript <c>start:stop:step</c>.</summary>
internal sealed class SliceExpression(TemplatePosition position, Expression? start, Expression? stop, Expression? step)
    : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => new SliceValue(Bound(start, scope), Bound(stop, scope), Bound(step, scope));

    private static Value Bound(Expression? bound, Scope scope) => bound?.Evaluate(scope) ?? NoneValue.Instance;
}
