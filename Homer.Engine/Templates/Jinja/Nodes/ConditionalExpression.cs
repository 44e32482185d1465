using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>a if condition else b</c>.</summary>
internal sealed class ConditionalExpression(TemplatePosition position, Expression condition, Expression value, Expression? otherwise)
    : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        if (condition.Evaluate(scope).IsTrue)
            return value.Evaluate(scope);
        return otherwise?.Evaluate(scope)
            ?? new UndefinedValue("the inline if-expression evaluated to false and no else section was defined.");
    }
}
